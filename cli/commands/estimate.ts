import type { Command } from "commander";
import { type BatchOptions, batchRequestOf, withBatchOptions } from "../input/batch-input.ts";
import type { Cli, CommonOptions } from "../cli.ts";
import { estimateLines } from "../output/estimate-lines.ts";
import { estimateBatch } from "../send-batch.ts";
import { exitCodes } from "../exit-codes.ts";

export function addEstimate(program: Command, cli: Cli): void {
  withBatchOptions(
    cli.command(program, "estimate [file]", "estimate what a batch would cost and how long it would take"),
  ).action(
    cli.runs(async (file: string | undefined, options: CommonOptions & BatchOptions) => {
      const request = await batchRequestOf(cli, file, options);
      const estimate = await estimateBatch(cli.client(options), request, cli.around.signal);
      cli.print(options, estimate, () => estimateLines(estimate));
      return exitCodes.ok;
    }),
  );
}
