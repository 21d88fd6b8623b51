/**
 * How workers' events change a batch's progress. Events come late, twice and out of order: an outcome is final, a
 * running item is replaced only by a later start, and an event that says nothing new changes nothing.
 */
import type { ProgressRecord } from "../../contract/records/batch-records.ts";
import type { ItemEvent } from "../../contract/messages.ts";
import { outcomeOf, outcomeSets, type OutcomeSets } from "./progress.ts";

type Of<T extends ItemEvent["type"]> = Extract<ItemEvent, { type: T }>;
interface Draft {
  readonly sets: OutcomeSets;
  /** A copy that may be changed, its maps and lists included. */
  readonly progress: ProgressRecord;
}

/**
 * More items than a fleet works on at once. Beyond that, the entries that began first are dropped; their items count as
 * queued again.
 */
const mostRunning = 10_000;
/** The latest machines that worked on the batch. They are for display: costs are computed from the ledgers. */
const mostInstances = 1000;

/** @returns null when nothing changes. */
export function applyEvents(progress: ProgressRecord, events: readonly ItemEvent[]): ProgressRecord | null {
  const draft: Draft = { sets: outcomeSets(progress), progress: structuredClone(progress) };
  const changed = events.filter((event) => applyEvent(draft, event));
  if (changed.length === 0) return null;
  const { sets, progress: next } = draft;
  next.running = latestOf(next.running);
  next.instances = next.instances.slice(-mostInstances);
  next.succeeded = sets.succeeded.encode();
  next.failed = sets.failed.encode();
  next.canceled = sets.canceled.encode();
  next.expired = sets.expired.encode();
  if (next.ended_at === null && endedItems(sets) === next.total)
    next.ended_at = changed.map((event) => event.at).reduce(later);
  return next;
}

const endedItems = (sets: OutcomeSets): number =>
  sets.succeeded.count() + sets.failed.count() + sets.canceled.count() + sets.expired.count();

/**
 * Keeps the latest entries only. If events are lost, an item seems to run for ever, and the record must not grow with
 * that.
 */
function latestOf(running: ProgressRecord["running"]): ProgressRecord["running"] {
  const all = Object.entries(running);
  if (all.length <= mostRunning) return running;
  const byStart = all.toSorted(([, a], [, b]) => Date.parse(a.since) - Date.parse(b.since));
  return Object.fromEntries(byStart.slice(-mostRunning));
}

const later = (a: string, b: string): string => (Date.parse(a) >= Date.parse(b) ? a : b);

/** @returns whether the event said something new */
function applyEvent(draft: Draft, event: ItemEvent): boolean {
  if (event.index >= draft.progress.total || outcomeOf(draft.sets, event.index) !== null) return false;
  switch (event.type) {
    case "started":
      return start(draft.progress, event);
    case "advanced":
      return advance(draft.progress, event);
    case "released":
      return release(draft.progress, event);
    case "set_aside":
      return setAside(draft.progress, event);
    case "finished":
      finish(draft, event);
      return true;
  }
}

function start(progress: ProgressRecord, event: Of<"started">): boolean {
  const earlier = progress.running[event.index];
  if (earlier !== undefined && Date.parse(earlier.since) >= Date.parse(event.at)) return false;
  const { instance_id, attempt, at: since, steps } = event;
  progress.running[event.index] = { instance_id, attempt, since, step: 0, steps };
  progress.started_at ??= since;
  noteInstance(progress, instance_id);
  return true;
}

function advance(progress: ProgressRecord, event: Of<"advanced">): boolean {
  const running = progress.running[event.index];
  // The item is not running any more: this event is older than its release.
  if (running === undefined || !isSameAttempt(running, event) || running.step >= event.step) return false;
  running.step = event.step;
  running.steps = event.steps;
  return true;
}

function release(progress: ProgressRecord, event: Of<"released">): boolean {
  const running = progress.running[event.index];
  if (running === undefined || !isSameAttempt(running, event)) return false;
  if (Date.parse(running.since) > Date.parse(event.at)) return false;
  removeRunning(progress, event.index);
  if (event.reason === "interrupted") progress.interruptions += 1;
  return true;
}

function setAside(progress: ProgressRecord, event: Of<"set_aside">): boolean {
  // Items sent since then are in the queue again.
  if (progress.sent_at === null || Date.parse(progress.sent_at) > Date.parse(event.at)) return false;
  progress.sent_at = null;
  return true;
}

function finish({ sets, progress }: Draft, { index, at, result }: Of<"finished">): void {
  sets[result.outcome].add(index);
  removeRunning(progress, index);
  progress.audio_seconds += result.audio?.duration_seconds ?? 0;
  progress.gpu_seconds += result.gpu_seconds;
  if (result.instance_id === null) return;
  progress.started_at ??= at;
  noteInstance(progress, result.instance_id);
}

function removeRunning(progress: ProgressRecord, index: number): void {
  const { [index]: _gone, ...others } = progress.running;
  progress.running = others;
}

function noteInstance(progress: ProgressRecord, instanceId: ProgressRecord["instances"][number]): void {
  if (!progress.instances.includes(instanceId)) progress.instances.push(instanceId);
}

const isSameAttempt = (
  running: ProgressRecord["running"][string],
  event: { readonly instance_id: string; readonly attempt: number },
): boolean => running.instance_id === event.instance_id && running.attempt === event.attempt;
