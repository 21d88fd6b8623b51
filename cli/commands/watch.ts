import type { Command } from "commander";
import { batchIdIn, type Cli } from "../cli.ts";
import { wholeNumber } from "../input/option-values.ts";
import { watchBatch, type WatchOptions } from "../watch.ts";

export function addWatch(program: Command, cli: Cli): void {
  cli
    .command(program, "watch <batch>", "watch a batch until it ends; Ctrl-C only stops watching")
    .option("--timeout <seconds>", "how long at most", wholeNumber(1, 1_000_000))
    .action(
      cli.runs((id: string, options: WatchOptions) =>
        watchBatch(cli, cli.client(options), batchIdIn(id), options),
      ),
    );
}
