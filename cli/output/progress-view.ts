/** What a person sees while a batch runs: a line an item state, the fleet, and what is being waited for. */
import type { BatchView, CapacityView } from "../../shared/contract/api/api.ts";
import { agoText, bar } from "./words.ts";

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
      return `  ${state.padEnd(10)} ${bar(batch.counts.total === 0 ? 0 : count / batch.counts.total)} ${String(count).padStart(width)} of ${batch.counts.total}`;
    }),
    `  fleet      ${fleetLine(capacity, agedText)}`,
    `  cost       ${costText(batch.cost)}`,
    ...(batch.ended_at === null ? [`  eta        ${etaText(batch, elapsedSeconds)}`] : []),
    `  waiting    ${waitingLine(batch, capacity).replace(/^waiting:? /, "")}`,
  ];
}

const costText = ({ accrued_usd, max_usd, final }: BatchView["cost"]): string =>
  `${accrued_usd} USD${final ? "" : " so far"}${max_usd === null ? "" : `, of ${max_usd} at most`}`;

/** A pace is known only once something of the work is done. */
const leastProgress = 0.01;

function etaText(batch: BatchView, elapsedSeconds: number): string {
  const nowMs = Date.parse(batch.submitted_at) + elapsedSeconds * 1000;
  if (batch.started_at !== null && batch.progress >= leastProgress) {
    const workedMs = nowMs - Date.parse(batch.started_at);
    return `about ${agoText((workedMs * (1 - batch.progress)) / batch.progress)} more`;
  }
  const leftMs = Date.parse(batch.deadline_at) - nowMs;
  const when = leftMs >= 0 ? `due in ${agoText(leftMs)}` : `was due ${agoText(-leftMs)} ago`;
  return `${when} (${batch.deadline_at})`;
}

/** The same in one line, for a log. */
export function progressSummary(batch: BatchView, capacity: CapacityView): string {
  const counts = states
    .filter((state) => batch.counts[state] > 0)
    .map((state) => `${batch.counts[state]} ${state}`);
  return `${counts.join(", ")} | fleet: ${fleetLine(capacity, machineText)} | ${waitingLine(batch, capacity)}`;
}

/** More are counted together: a line that fills the screen is read by nobody. */
const mostMachinesNamed = 3;

function fleetLine(capacity: CapacityView, textOf: (worker: Worker) => string): string {
  const { closed, workers, other_workers } = capacity;
  if (closed) return "stopped by the operator";
  const unheard = coming(capacity);
  const named = workers.slice(0, mostMachinesNamed);
  const others = workers.slice(mostMachinesNamed);
  const more = others.length + other_workers;
  const parts = [
    ...(unheard > 0 ? [`${unheard} asked for`] : []),
    ...named.map(textOf),
    ...(more > 0 ? [`${more} more (${slotsText(others)})`] : []),
  ];
  return parts.length > 0 ? parts.join(", ") : "no machine";
}

type Worker = CapacityView["workers"][number];

function machineText(worker: Worker): string {
  const text = `${worker.instance_id} ${worker.state} in ${worker.zone}`;
  // Before its model is loaded a machine has none.
  return worker.slots === 0 ? text : `${text} (${slotsText([worker])})`;
}

/** What a machine shows of itself is what it told last. A log would have a new line each second. */
const agedText = (worker: Worker): string => {
  const parts = [...(worker.slots === 0 ? [] : [slotsText([worker])]), `${worker.told_seconds_ago} s ago`];
  return `${worker.instance_id} ${worker.state} in ${worker.zone} (${parts.join(", ")})`;
};

const slotsText = (workers: readonly Worker[]): string => {
  const { working, slots } = slotsOf(workers);
  return `${working}/${slots} slots`;
};

const slotsOf = (workers: readonly Worker[]): { readonly working: number; readonly slots: number } => ({
  working: workers.reduce((sum, { items_running }) => sum + items_running, 0),
  slots: workers.reduce((sum, worker) => sum + worker.slots, 0),
});

/** Machines that the last tick saw booting, and that have not been heard of themselves. */
const coming = ({ instances, workers }: Pick<CapacityView, "instances" | "workers">): number =>
  Math.max(0, (instances["booting"] ?? 0) - workers.filter(({ state }) => state === "booting").length);

function waitingLine(batch: BatchView, capacity: CapacityView): string {
  if (batch.status === "ended") return "waiting for nothing: the batch has ended";
  if (batch.status === "validating") return "waiting for the upload's lines to be checked";
  if (batch.waiting_reason !== null)
    return `waiting: ${batch.waiting_reason.detail} (${batch.waiting_reason.reason})`;
  if (batch.counts.running > 0) return `waiting for the engine (running: ${batch.counts.running})`;
  const { working, slots } = slotsOf(capacity.workers.filter(({ model }) => model === batch.model));
  if (slots > 0) return `waiting for ${waitingForSlots(working, slots)}`;
  if (capacity.workers.length > 0 || coming(capacity) > 0) return "waiting for a machine to boot";
  return "waiting for the launcher (runs every minute)";
}

/** Progress comes a moment after the work: what the machines tell is newer. */
function waitingForSlots(working: number, slots: number): string {
  if (working >= slots) return `a free slot (all ${slots} are in use)`;
  return working > 0
    ? `the engine (running: ${working}, by the machines' heartbeats)`
    : `a machine to take the next items (${slots} slots are free)`;
}

const percent = (share: number): string => `${Math.floor(share * 100)} %`;

/** `m:ss` */
function clockTime(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
