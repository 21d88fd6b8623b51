/** The stage's machines, as they tell of themselves. */
import type { CapacityView } from "../../shared/contract/api/api.ts";
import { counted } from "../../shared/contract/sentences.ts";
import { tableLines } from "./table.ts";
import { secondsText } from "./words.ts";

type Machines = Pick<CapacityView, "workers" | "other_workers" | "instances">;

/** @param most more are counted: they would push the rest off the screen */
export function machineLines(
  { workers, other_workers, instances }: Machines,
  columns: number,
  most = Infinity,
): readonly string[] {
  if (workers.length === 0) {
    // EC2 lists a machine for an hour after its end.
    const phases = Object.entries(instances).filter(([phase, count]) => count > 0 && phase !== "ended");
    return [
      phases.length === 0
        ? "No machine."
        : `No machine has told of itself yet: ${phases.map(([phase, count]) => `${count} ${phase}`).join(", ")}.`,
    ];
  }
  const more = Math.max(0, workers.length - most) + other_workers;
  return [
    ...tableLines(
      ["MACHINE", "STATE", "SLOTS", "TOLD", "ZONE", "MODEL"],
      workers
        .slice(0, most)
        .map((worker) => [
          worker.instance_id,
          worker.state,
          `${worker.items_running}/${worker.slots}`,
          `${secondsText(worker.told_seconds_ago)} ago`,
          worker.zone,
          `${worker.model}${worker.reason === null ? "" : ` (${worker.reason})`}`,
        ]),
      columns,
    ),
    ...(more === 0 ? [] : [`and ${counted(more, "machine")} more: mgb ps`]),
  ];
}
