import type { Command } from "commander";
import type { ItemSummary } from "../../shared/contract/api/api.ts";
import { batchIdIn, type Cli, type CommonOptions } from "../cli.ts";
import { exitCodes } from "../exit-codes.ts";
import { tableLines } from "../output/table.ts";
import { percentText } from "../output/words.ts";

export function addItems(program: Command, cli: Cli): void {
  cli.command(program, "items <batch>", "list the items of a batch and their state").action(
    cli.runs(async (id: string, options: CommonOptions) => {
      const items = await cli.client(options).items(batchIdIn(id), cli.around.signal);
      cli.print(options, { data: items }, () => itemLines(items, cli.columns));
      return exitCodes.ok;
    }),
  );
}

const itemLines = (items: readonly ItemSummary[], columns: number): readonly string[] =>
  tableLines(
    ["ITEM", "STATUS", "STEPS", "CUSTOM_ID"],
    items.map(({ index, status, step, steps, custom_id }) => [
      String(index),
      status,
      step === null || steps === null ? "" : percentText(step / steps),
      custom_id ?? "",
    ]),
    columns,
  );
