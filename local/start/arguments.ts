import { Command } from "commander";

export interface StartOptions {
  /** A prompts file; null is the examples. */
  readonly file: string | null;
  readonly model: string | null;
  /** Leave the cloud up after the batch, until it is interrupted. */
  readonly keep: boolean;
}

/**
 * @param isTerminal whether a person sits there: then the cloud stays up unless `--exit` says otherwise
 * @returns never for `--help` and for a mistake: commander prints and ends the process
 */
export function parseArguments(args: readonly string[], isTerminal: boolean): StartOptions {
  const command = new Command("npm start --")
    .description("Run the whole system on this machine and make the clips of a prompts file.")
    .argument("[file]", "prompts: .txt (one a line), .jsonl or .csv; default: examples/prompts.jsonl")
    .option("--model <id or folder>", "the model: a Hugging Face MusicGen id, or a folder that holds one")
    .option("--keep", "leave the cloud up until Ctrl-C, also without a terminal")
    .option(
      "--exit",
      "end after the batch; exit code 0 only when every item succeeded (as without a terminal)",
    )
    .allowExcessArguments(false)
    .parse(args, { from: "user" });
  const options = command.opts<{ model?: string; keep?: boolean; exit?: boolean }>();
  if (options.keep === true && options.exit === true)
    command.error("error: --keep and --exit exclude each other");
  return {
    file: command.args[0] ?? null,
    model: options.model ?? null,
    keep: options.keep === true || (isTerminal && options.exit !== true),
  };
}
