import type { Command } from "commander";
import type { DecisionRecord } from "../../../shared/contract/records/fleet-records.ts";
import type { Cli, CommonOptions } from "../../cli.ts";
import { exitCodes } from "../../exit-codes.ts";
import { wholeNumber } from "../../input/option-values.ts";
import { launchLines, modelLines } from "../../output/launch-lines.ts";

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
          decisions.length === 0
            ? ["No decision yet."]
            : decisions.flatMap((decision) => decisionLines(decision, cli.columns)),
        );
        return exitCodes.ok;
      }),
    );
}

function decisionLines(decision: DecisionRecord, columns: number): readonly string[] {
  const { at, models, launches, drained } = decision;
  return [
    at,
    ...models.flatMap((model) => modelLines(model, `${model.launched} launched`)).map(indented),
    ...(launches.length === 0 ? [] : launchLines(launches, columns - indent.length).map(indented)),
    ...drained.map(({ instance_id, zone, detail }) => `  ${instance_id} in ${zone} drains: ${detail}`),
  ];
}

const indent = "  ";
const indented = (line: string): string => `${indent}${line}`;
