/** What a person sees while a batch runs: a line an item state, the fleet, and what is being waited for. */
import type { BatchView, CapacityView } from "../shared/contract/api.ts";

const barCells = 24;
const states = ["queued", "running", "succeeded", "failed", "canceled", "expired"] as const;
/** Shown also at zero; the others only once they have happened. */
const alwaysShown = new Set<string>(["queued", "running", "succeeded"]);

/** @param elapsedSeconds since the submit */
export function progressLines(batch: BatchView, capacity: CapacityView, elapsedSeconds: number): string[] {
  const width = String(batch.counts.total).length;
  const shown = states.filter((state) => alwaysShown.has(state) || batch.counts[state] > 0);
  const title = `${batch.id} · ${batch.model} · ${clockTime(elapsedSeconds)} · ${percent(batch.progress)}`;
  return [
    title,
    ...shown.map((state) => {
      const count = batch.counts[state];
      return `  ${state.padEnd(10)} ${bar(count / batch.counts.total)} ${String(count).padStart(width)} of ${batch.counts.total}`;
    }),
    `  fleet      ${fleetLine(capacity)}`,
    `  waiting    ${waitingLine(batch, capacity)}`,
  ];
}

/** The same in one line, for a log. */
export function progressSummary(batch: BatchView, capacity: CapacityView): string {
  const counts = states
    .filter((state) => batch.counts[state] > 0)
    .map((state) => `${batch.counts[state]} ${state}`);
  return `${counts.join(", ")} | fleet: ${fleetLine(capacity)} | waiting: ${waitingLine(batch, capacity)}`;
}

function fleetLine(capacity: CapacityView): string {
  if (capacity.closed) return "stopped by the operator";
  const unheard = coming(capacity);
  const parts = [
    ...(unheard > 0 ? [`${unheard} asked for`] : []),
    ...capacity.workers.map(
      (worker) =>
        `${worker.instance_id} ${worker.state} in ${worker.zone} (${worker.items_running}/${worker.slots} slots)`,
    ),
  ];
  return parts.length > 0 ? parts.join(", ") : "no machine";
}

/** Machines that the last tick saw booting, and that have not been heard of themselves. */
const coming = ({ instances, workers }: CapacityView): number =>
  Math.max(0, (instances["booting"] ?? 0) - workers.filter(({ state }) => state === "booting").length);

function waitingLine(batch: BatchView, capacity: CapacityView): string {
  if (batch.status === "ended") return "nothing, the batch has ended";
  if (batch.waiting_reason !== null) return `${batch.waiting_reason.detail} (${batch.waiting_reason.reason})`;
  if (batch.counts.running > 0) return `the engine, ${batch.counts.running} at work`;
  if (capacity.workers.some((worker) => worker.slots > 0)) return "a free slot";
  if (capacity.workers.length > 0 || coming(capacity) > 0) return "a machine to boot";
  return "the launcher's next look";
}

const percent = (share: number): string => `${Math.floor(share * 100)} %`;

function bar(share: number): string {
  const filled = Math.round(share * barCells);
  return "█".repeat(filled) + "░".repeat(barCells - filled);
}

/** `m:ss` */
function clockTime(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
