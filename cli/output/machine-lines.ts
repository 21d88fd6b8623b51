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

/** The phases in their order, with what a column has room for. */
const phases = [
  ["KERNEL", "kernel_seconds"],
  ["AGENT", "agent_seconds"],
  ["HEARTBEAT", "first_heartbeat_seconds"],
  ["IMPORTS", "imports_seconds"],
  ["WEIGHTS", "weights_seconds"],
  ["SELF-TEST", "self_test_seconds"],
] as const;

/** How long each phase of a boot took, in seconds; what is not over, or not known, is a dash and not in the sum. */
export function bootLines(
  { workers, other_workers, instances }: Machines,
  columns: number,
): readonly string[] {
  if (workers.length === 0) return machineLines({ workers, other_workers, instances }, columns);
  return tableLines(
    ["MACHINE", ...phases.map(([title]) => title), "SUM"],
    workers.map(({ instance_id: id, boot }) => {
      const seconds = phases.map(([, name]) => boot?.[name] ?? null);
      const sum = seconds.reduce((total: number, each) => total + (each ?? 0), 0);
      return [id, ...seconds.map(phaseText), phaseText(boot === null ? null : sum)];
    }),
    columns,
  );
}

const phaseText = (seconds: number | null): string => (seconds === null ? "-" : seconds.toFixed(1));
