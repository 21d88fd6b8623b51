import type { Command } from "commander";
import type { CapacityView } from "../../../shared/contract/api/api.ts";
import type { Cli, CommonOptions } from "../../cli.ts";
import { exitCodes } from "../../exit-codes.ts";
import { tableLines } from "../../output/table.ts";
import { secondsText } from "../../output/words.ts";

export function addStatus(program: Command, cli: Cli): void {
  cli.command(program, "status", "show machines, queues, prices, and what holds the launcher").action(
    cli.runs(async (options: CommonOptions) => {
      const capacity = await cli.client(options).capacity(cli.around.signal);
      cli.print(options, capacity, () => statusLines(capacity, cli.columns));
      return exitCodes.ok;
    }),
  );
}

export function statusLines(capacity: CapacityView, columns: number): readonly string[] {
  return [
    capacity.closed ? "Stopped by an operator; mgb start starts it again." : "Open.",
    ...breakerLines(capacity.breaker),
    "",
    ...machineLines(capacity, columns),
    "",
    ...tableLines(
      ["QUEUE", "WAITING", "IN FLIGHT"],
      capacity.queues.flatMap(({ model, fast, standard }) => [
        [`${model} fast`, String(fast.waiting), String(fast.in_flight)],
        [`${model} standard`, String(standard.waiting), String(standard.in_flight)],
      ]),
      columns,
    ),
    "",
    ...tableLines(
      ["ZONE", "USD/HOUR", "NOTE"],
      capacity.zones.map(({ zone, price_usd_per_hour, cooling }) => [
        zone,
        price_usd_per_hour ?? "?",
        cooling === null ? "" : `not used until ${cooling.until}: ${cooling.reason} (${cooling.code})`,
      ]),
      columns,
    ),
    "",
    ...capacity.decisions.flatMap(({ model, reasons }) =>
      reasons.map(({ reason, detail }) => `${model}: ${detail} (${reason})`),
    ),
  ];
}

const breakerLines = (breaker: CapacityView["breaker"]): readonly string[] =>
  breaker === null ? [] : [`No launches until ${breaker.until}: ${breaker.detail} (${breaker.reason})`];

function machineLines({ workers, instances }: CapacityView, columns: number): readonly string[] {
  if (workers.length === 0) {
    const phases = Object.entries(instances).filter(([, count]) => count > 0);
    return [
      phases.length === 0 ? "No machine." : phases.map(([phase, count]) => `${count} ${phase}`).join(", "),
    ];
  }
  return tableLines(
    ["MACHINE", "STATE", "SLOTS", "TOLD", "ZONE", "MODEL"],
    workers.map((worker) => [
      worker.instance_id,
      worker.state,
      `${worker.items_running}/${worker.slots}`,
      `${secondsText(worker.told_seconds_ago)} ago`,
      worker.zone,
      `${worker.model}${worker.reason === null ? "" : ` (${worker.reason})`}`,
    ]),
    columns,
  );
}
