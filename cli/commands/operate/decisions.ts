import type { Command } from "commander";
import type { DecisionRecord } from "../../../shared/contract/records/fleet-records.ts";
import type { Cli, CommonOptions } from "../../cli.ts";
import { exitCodes } from "../../exit-codes.ts";
import { wholeNumber } from "../../input/option-values.ts";
import { counted } from "../../../shared/contract/sentences.ts";

interface Options extends CommonOptions {
  readonly limit: number;
}

export function addDecisions(program: Command, cli: Cli): void {
  cli
    .command(program, "decisions", "show what the launcher saw and chose, and which rule bound it")
    .option("--limit <n>", "how many, the newest first", wholeNumber(1, 100), 10)
    .action(
      cli.runs(async (options: Options) => {
        const decisions = await cli.client(options).decisions({ limit: options.limit }, cli.around.signal);
        cli.print(options, { data: decisions }, () =>
          decisions.length === 0 ? ["No decision yet."] : decisions.flatMap(decisionLines),
        );
        return exitCodes.ok;
      }),
    );
}

export function decisionLines({ at, models, drained }: DecisionRecord): readonly string[] {
  return [
    at,
    ...models.flatMap((model) => [
      `  ${model.model}: ${counted(model.open_items, "item")} open; machines: ${model.have} there, ${model.want} wanted, ${model.launched} launched`,
      ...model.reasons.map(({ reason, detail }) => `    ${reason}: ${detail}`),
    ]),
    ...drained.map(({ instance_id, zone, detail }) => `  ${instance_id} in ${zone} drains: ${detail}`),
  ];
}
