/** What is submitted or estimated: a prompts file, standard input, or prompts on the command line. */
import { basename, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { type Command, Option } from "commander";
import type { BatchRequest, ItemRequest } from "../../shared/contract/api/batch-request.ts";
import { itemRequestSchema } from "../../shared/contract/api/batch-request.ts";
import {
  limits,
  priorities,
  type Priority,
  type Speed,
  speeds,
} from "../../shared/contract/api/parameters.ts";
import { faultsOf } from "../../shared/contract/api/problem.ts";
import type { Cli } from "../cli.ts";
import { CommandError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ContinuationOptions } from "./continuation.ts";
import { collected, seconds, usd, wholeNumber } from "./option-values.ts";
import type { Places } from "../prompts/places.ts";
import { placedPrompts } from "../prompts/prompt-file.ts";
import { openPromptFile } from "../prompts/open.mjs";

export interface BatchOptions extends ContinuationOptions {
  readonly prompt?: readonly string[];
  readonly promptColumn?: string;
  readonly ignoreOtherColumns?: boolean;
  readonly model?: string;
  readonly name?: string;
  readonly speed?: Speed;
  readonly priority?: Priority;
  readonly reuse?: boolean;
  readonly maxCost?: string;
  readonly retainDays?: number;
  readonly duration?: number;
  readonly onlyNew?: boolean;
}

export const withBatchOptions = (command: Command): Command =>
  command
    .option("--prompt <text>", "a prompt in place of a file; may be given several times", collected)
    .option("--prompt-column <name>", "the column that holds the prompts, if it is not called prompt")
    .option("--ignore-other-columns", "ignore unknown columns")
    .option(
      "--duration <seconds>",
      "how long clips are that do not say so; default: 10",
      seconds(1, limits.durationSeconds),
    )
    .option("--continue <file>", "what the clips begin with and go on from: an audio file, or an item's id")
    .option("--continue-start <seconds>", "where the part of the file begins", seconds(0, 86_400))
    .option("--continue-end <seconds>", "where it ends, 30 s later at most", seconds(0, 86_400))
    .option("--only-new", "of clips that continue something, only the new part")
    .option("--model <id>", "a model (mgb models lists them); default: the stage's first")
    .option("--name <text>", "a name for the batch")
    .addOption(new Option("--speed <speed>", "how soon you want it").choices(speeds))
    .addOption(
      new Option("--priority <priority>", "what of your waiting work comes first").choices(priorities),
    )
    .option("--no-reuse", "make every clip, even one that you have already")
    .option("--max-cost <usd>", "the most it may cost, in USD; after that, its items stay queued", usd)
    .option(
      "--retain-days <n>",
      "delete the batch and its clips this long after its end",
      wholeNumber(1, 3650),
    );

export interface BatchInput {
  readonly request: BatchRequest;
  /** Null: its prompts are options. */
  readonly places: Places | null;
}

/** @param file a prompts file, `-` for standard input, or nothing where prompts are options */
export async function batchInputOf(
  cli: Cli,
  file: string | undefined,
  options: BatchOptions,
): Promise<BatchInput> {
  const { items, places } = await itemsOf(cli, file, options);
  const request = {
    ...(options.name !== undefined && { name: options.name }),
    ...(options.model !== undefined && { model: options.model }),
    ...(options.speed !== undefined && { speed: options.speed }),
    ...(options.priority !== undefined && { priority: options.priority }),
    ...(options.reuse === false && { reuse: false }),
    ...(options.maxCost !== undefined && { max_cost_usd: options.maxCost }),
    ...(options.retainDays !== undefined && { retain_days: options.retainDays }),
    ...defaultsOf(options),
    items: [...items],
  };
  return { request, places };
}

/** For items that do not say it themselves. */
function defaultsOf({ duration, onlyNew }: BatchOptions): Pick<BatchRequest, "defaults"> {
  if (duration === undefined && onlyNew === undefined) return {};
  return {
    defaults: {
      ...(duration !== undefined && { duration_seconds: duration }),
      ...(onlyNew !== undefined && { output: { only_new: onlyNew } }),
    },
  };
}

async function itemsOf(
  cli: Cli,
  file: string | undefined,
  options: BatchOptions,
): Promise<{ readonly items: readonly ItemRequest[]; readonly places: Places | null }> {
  if (options.prompt !== undefined) {
    if (file === undefined) return { items: options.prompt.map(promptItem), places: null };
    throw new CommandError("give a file or --prompt, not both", exitCodes.usage);
  }
  if (file === undefined)
    throw new CommandError("give a prompts file (.txt, .jsonl or .csv), - or --prompt", exitCodes.usage);
  const { name, bytes } = file === "-" ? await standardInput(cli) : openFile(cli, file);
  const parsed = placedPrompts(name, bytes, {
    ...(options.promptColumn !== undefined && { promptColumn: options.promptColumn }),
    ...(options.ignoreOtherColumns !== undefined && { ignoreOtherColumns: options.ignoreOtherColumns }),
    onNote: (note) => {
      cli.say(`${name}: ${note}`);
    },
  });
  if (parsed.kind === "items") return parsed;
  throw new CommandError(`${parsed.mistakes.join("\n")}\nNothing was sent.`, exitCodes.usage);
}

function promptItem(prompt: string): ItemRequest {
  const parsed = itemRequestSchema.safeParse({ prompt });
  if (parsed.success) return parsed.data;
  const [fault] = faultsOf(parsed.error, itemRequestSchema);
  throw new CommandError(`--prompt ${fault?.detail ?? "is not valid"}`, exitCodes.usage);
}

interface Source {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function openFile(cli: Cli, file: string): Source {
  const path = resolve(cli.around.folder, file);
  const opened = openPromptFile(path);
  if (opened.kind === "mistake") throw new CommandError(opened.text, exitCodes.usage);
  return { name: basename(path), bytes: opened.bytes };
}

/** It has no name that says its format: JSON begins with a bracket, a table has a header, all else is a prompt a line. */
async function standardInput(cli: Cli): Promise<Source> {
  const bytes = await buffer(cli.around.input);
  const start = new TextDecoder().decode(bytes.subarray(0, 1024)).trimStart();
  return { name: /^[[{]/.test(start) ? "stdin.jsonl" : "stdin.txt", bytes };
}
