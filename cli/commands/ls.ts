import type { Command } from "commander";
import type { BatchView } from "../../shared/contract/api/api.ts";
import type { Cli, CommonOptions } from "../cli.ts";
import { exitCodes } from "../exit-codes.ts";
import { wholeNumber } from "../input/option-values.ts";
import { tableLines } from "../output/table.ts";
import { agoText, countsText, percentText } from "../output/words.ts";

interface Options extends CommonOptions {
  readonly limit: number;
}

export function addLs(program: Command, cli: Cli): void {
  cli
    .command(program, "ls", "list your batches, the newest first")
    .option("--limit <n>", "how many", wholeNumber(1, 100), 20)
    .action(
      cli.runs(async (options: Options) => {
        const page = await cli.client(options).batches({ limit: options.limit }, cli.around.signal);
        const nowMs = cli.around.clock.nowMs();
        cli.print(options, page, () => batchLines(page.data, nowMs, cli.columns));
        return exitCodes.ok;
      }),
    );
}

function batchLines(batches: readonly BatchView[], nowMs: number, columns: number): readonly string[] {
  if (batches.length === 0) return ["No batches yet. Make one: mgb submit --prompt 'a slow warm pad'"];
  return tableLines(
    ["BATCH", "STATUS", "DONE", "USD", "AGE", "ITEMS"],
    batches.map((batch) => [
      batch.id,
      batch.outcome ?? batch.status,
      percentText(batch.progress),
      batch.cost.accrued_usd,
      agoText(nowMs - Date.parse(batch.submitted_at)),
      `${countsText(batch.counts)}${batch.name === null ? "" : ` (${batch.name})`}`,
    ]),
    columns,
  );
}
