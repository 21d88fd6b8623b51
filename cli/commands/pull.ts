import { resolve } from "node:path";
import type { Command } from "commander";
import { batchIdIn, type Cli, type CommonOptions } from "../cli.ts";
import { displayFor } from "../output/display.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { wholeNumber } from "../input/option-values.ts";
import { ClipFolder, type Pulled } from "../clips/pull.ts";
import { bar } from "../output/words.ts";
import { counted } from "../../shared/contract/sentences.ts";

interface Options extends CommonOptions {
  readonly out?: string;
  readonly name?: string;
  readonly parallel: number;
}

export function addPull(program: Command, cli: Cli): void {
  cli
    .command(
      program,
      "pull <batch>",
      "download the finished clips; a second run fetches only what is missing",
    )
    .option("--out <folder>", "the folder to write to (default: the batch's id)")
    .option("--name <pattern>", "a clip's name, of {index}, {custom_id}, {item_id} and {ext}")
    .option("--parallel <n>", "how many downloads at a time", wholeNumber(1, 32), 8)
    .action(
      cli.runs(async (id: string, options: Options) => {
        const batchId = batchIdIn(id);
        const client = cli.client(options);
        const folder = resolve(cli.around.folder, options.out ?? batchId);
        const batch = await client.batch(batchId, cli.around.signal);
        const display = cli.around.err.isTTY ? displayFor(cli.around.err) : null;
        const { total, queued, running } = batch.counts;
        const clips = new ClipFolder(
          client,
          { id: batchId, total },
          { folder, pattern: options.name, atOnce: options.parallel },
        );
        const pulled = await clips.fetchNew(cli.around.signal, (there, all) =>
          display?.show([pullLine(there, all)], ""),
        );
        display?.finish();
        const open = queued + running;
        cli.print(options, { ...pulled, open }, () => pulledLines(pulled, open, folder));
        return exitCodeOf(pulled, total);
      }),
    );
}

const pullLine = (there: number, all: number): string =>
  `  fetching   ${bar(there / all)} ${there} of ${counted(all, "clip")}`;

function pulledLines({ fetched, present, without }: Pulled, open: number, folder: string): readonly string[] {
  return [
    `${counted(fetched.length, "clip")} fetched into ${folder}${present.length > 0 ? `, ${present.length} were there` : ""}.`,
    ...(open > 0 ? [`${counted(open, "item")} not done yet: pull again later.`] : []),
    ...without.map(({ index, outcome, detail }) => `  item ${index} ${outcome}: ${detail}`),
  ];
}

function exitCodeOf({ fetched, present }: Pulled, total: number): ExitCode {
  const there = fetched.length + present.length;
  if (there === total) return exitCodes.ok;
  return there > 0 ? exitCodes.partial : exitCodes.failed;
}
