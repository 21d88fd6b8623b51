import { type Command, Option } from "commander";
import type { UsageView } from "../../shared/contract/api/api.ts";
import type { Cli, CommonOptions } from "../cli.ts";
import { exitCodes } from "../exit-codes.ts";
import { day } from "../input/option-values.ts";
import { tableLines } from "../output/table.ts";
import { secondsText } from "../output/words.ts";

const views = ["day", "model", "batch", "machine"] as const;
interface Options extends CommonOptions {
  readonly by: (typeof views)[number];
  readonly from?: string;
  readonly to?: string;
}

export function addCost(program: Command, cli: Cli): void {
  cli
    .command(
      program,
      "cost",
      "show what machines have cost; docs/cost.md says what Cost Explorer shows beside it",
    )
    .addOption(new Option("--by <what>", "what each line is for").choices(views).default("day"))
    .option("--from <day>", "the first day, in UTC (default: a week ago)", day)
    .option("--to <day>", "the last day, in UTC (default: today)", day)
    .action(
      cli.runs(async (options: Options) => {
        const days = { ...(options.from && { from: options.from }), ...(options.to && { to: options.to }) };
        const usage = await cli.client(options).usage(days, cli.around.signal);
        cli.print(options, usage, () => [
          ...usageLines(usage, options.by, cli.columns),
          `${usage.usd} USD from ${usage.from} to ${usage.to}, for machines with their volumes and addresses.`,
          beside,
        ]);
        return exitCodes.ok;
      }),
    );
}

/** In a terminal alone: a program takes the sums. */
const beside =
  "Cost Explorer (tag mgb:stage) shows more, a day later: S3, SQS, Lambda, traffic, taxes. docs/cost.md compares them.";

function usageLines(usage: UsageView, by: Options["by"], columns: number): readonly string[] {
  switch (by) {
    case "day":
      return tableLines(
        ["DAY", "USD"],
        usage.by_day.map(({ day, usd }) => [day, usd]),
        columns,
      );
    case "model":
      return tableLines(
        ["USD", "MODEL"],
        usage.by_model.map(({ model, usd }) => [usd, model ?? "(unknown)"]),
        columns,
      );
    case "batch":
      return tableLines(
        ["BATCH", "USD"],
        [
          ...usage.by_batch.map(({ batch_id, usd }) => [batch_id, usd]),
          ...(usage.unassigned_usd === null ? [] : [["(for no batch)", usage.unassigned_usd]]),
        ],
        columns,
      );
    case "machine":
      return machineLines(usage.instances, columns);
  }
}

function machineLines(instances: UsageView["instances"], columns: number): readonly string[] {
  if (instances === null) return ["Machines are shown to keys with the scope 'operate'."];
  return tableLines(
    ["MACHINE", "USD", "RAN", "ZONE", "MARKET", "MODEL"],
    instances.map(({ instance_id, usd, seconds, zone, market, model }) => [
      instance_id,
      usd,
      secondsText(seconds),
      zone,
      market,
      model ?? "(unknown)",
    ]),
    columns,
  );
}
