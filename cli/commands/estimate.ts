import type { Command } from "commander";
import { type BatchOptions, batchInputOf, withBatchOptions } from "../input/batch-input.ts";
import { continuationOf, continued } from "../input/continuation.ts";
import { toldByLine } from "../prompts/places.ts";
import type { Cli, CommonOptions } from "../cli.ts";
import { estimateLines } from "../output/estimate-lines.ts";
import { estimateBatch } from "../send-batch.ts";
import { exitCodes } from "../exit-codes.ts";

export function addEstimate(program: Command, cli: Cli): void {
  withBatchOptions(
    cli.command(program, "estimate [file]", "estimate what a batch would cost and how long it would take"),
  ).action(
    cli.runs(async (file: string | undefined, options: CommonOptions & BatchOptions) => {
      const client = cli.client(options);
      const { request: own, places } = await batchInputOf(cli, file, options);
      const request = await continued(cli, client, own, continuationOf(cli, options));
      const estimate = await toldByLine(places, () => estimateBatch(client, request, cli.around.signal));
      cli.print(options, estimate, () => estimateLines(estimate));
      return exitCodes.ok;
    }),
  );
}
