import type { Command } from "commander";
import { tiers } from "../../../shared/contract/tiers.ts";
import type { CapacityView } from "../../../shared/contract/api/api.ts";
import type { Cli, CommonOptions } from "../../cli.ts";
import { exitCodes } from "../../exit-codes.ts";
import { againstCap } from "../../output/launch-lines.ts";
import { tableLines } from "../../output/table.ts";
import { machineLines } from "../../output/machine-lines.ts";
import { printable } from "../../output/words.ts";

export function addStatus(program: Command, cli: Cli): void {
  cli.command(program, "status", "show machines, queues, prices, and what holds the launcher").action(
    cli.runs(async (options: CommonOptions) => {
      const capacity = await cli.client(options).capacity(cli.around.signal);
      cli.print(options, capacity, () => statusLines(capacity, cli.columns));
      return exitCodes.ok;
    }),
  );
}

const mostMachines = 8;

/** On one screen: what holds the fleet first, then what runs, what waits, and what it costs. */
export function statusLines(capacity: CapacityView, columns: number): readonly string[] {
  return [
    capacity.closed ? "Stopped by an operator; mgb start starts it again." : "Open.",
    ...holdLines(capacity),
    "",
    ...machineLines(capacity, columns, mostMachines),
    "",
    ...tableLines(
      ["QUEUE", "WAITING", "IN FLIGHT"],
      capacity.queues.flatMap((queues) =>
        tiers.map((tier) => [
          `${queues.model} ${tier}`,
          String(queues[tier].waiting),
          String(queues[tier].in_flight),
        ]),
      ),
      columns,
    ),
    "",
    ...priceLines(capacity, columns),
    ...decisionLines(capacity.decisions),
  ];
}

/** The type where there are several: each has prices and a cap of its own. */
function priceLines({ zones }: CapacityView, columns: number): readonly string[] {
  const hasTypes = new Set(zones.map(({ instance_type }) => instance_type)).size > 1;
  return tableLines(
    [...(hasTypes ? ["TYPE"] : []), "ZONE", "USD/HOUR", "AT MOST", "NOTE"],
    zones.map(({ instance_type, zone, price_usd_per_hour: usd, max_usd_per_hour: most, cooling }) => [
      ...(hasTypes ? [instance_type] : []),
      zone,
      usd ?? "?",
      most === null ? "not used" : againstCap({ usd_per_hour: usd }, { max_usd_per_hour: most }),
      cooling === null ? "" : `not used until ${cooling.until}: ${cooling.reason} (${cooling.code})`,
    ]),
    columns,
  );
}

/** Whatever keeps launches back, and until when. */
const holdLines = ({ breaker, quotas, failed_starts }: CapacityView): readonly string[] => [
  ...(breaker === null ? [] : [`No launches until ${breaker.until}: ${breaker.detail} (${breaker.reason})`]),
  ...quotas.map(
    ({ market, until, detail }) =>
      `No ${market === "spot" ? "spot" : "on-demand"} launches until ${until}: ${detail} (quota)`,
  ),
  ...failed_starts.flatMap(({ model, until, detail, instance_id, console_tail: tail }) => [
    `No launches of ${model} until ${until}: ${detail}`,
    ...(tail === null ? [] : [`  The console of ${instance_id} ends with:`, ...lastLines(tail)]),
  ]),
];

const mostConsoleLines = 5;
const lastLines = (text: string): readonly string[] =>
  text
    .trimEnd()
    .split("\n")
    .slice(-mostConsoleLines)
    .map((line) => `    ${printable(line)}`);

function decisionLines(decisions: CapacityView["decisions"]): readonly string[] {
  const lines = decisions.flatMap(({ model, reasons }) =>
    reasons.map(({ reason, detail }) => `${model}: ${detail} (${reason})`),
  );
  return lines.length === 0 ? [] : ["", ...lines];
}
