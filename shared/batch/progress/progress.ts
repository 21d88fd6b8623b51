/** The progress record: which items ended how, which run, and the counts. */
import type { BatchView, Counts } from "../../contract/api/api.ts";
import {
  terminalOutcomes,
  type ProgressRecord,
  type TerminalOutcome,
} from "../../contract/records/batch-records.ts";
import type { BatchId } from "../../contract/ids.ts";
import { IndexSet } from "./index-set.ts";

/** The items by their outcome. The sets are disjoint. */
export type OutcomeSets = Readonly<Record<TerminalOutcome, IndexSet>>;

/** The progress of a batch of which only the size is known. */
export function emptyProgress(batchId: BatchId, total: number): ProgressRecord {
  return {
    v: 1,
    batch_id: batchId,
    total,
    succeeded: "",
    failed: "",
    canceled: "",
    expired: "",
    running: {},
    audio_seconds: 0,
    gpu_seconds: 0,
    interruptions: 0,
    instances: [],
    started_at: null,
    ended_at: null,
    ended_empty: null,
    sent_at: null,
  };
}

export const outcomeSets = (progress: ProgressRecord): OutcomeSets => ({
  succeeded: IndexSet.decode(progress.succeeded),
  failed: IndexSet.decode(progress.failed),
  canceled: IndexSet.decode(progress.canceled),
  expired: IndexSet.decode(progress.expired),
});

/** @returns null while the item is open */
export const outcomeOf = (sets: OutcomeSets, index: number): TerminalOutcome | null =>
  terminalOutcomes.find((outcome) => sets[outcome].has(index)) ?? null;

/** All seven counts. They add up to the total whatever has been folded. */
export function countsOf(progress: ProgressRecord): Counts {
  const sets = outcomeSets(progress);
  const ended = {
    succeeded: sets.succeeded.count(),
    failed: sets.failed.count(),
    canceled: sets.canceled.count(),
    expired: sets.expired.count(),
  };
  const running = Object.keys(progress.running).length;
  const terminal = ended.succeeded + ended.failed + ended.canceled + ended.expired;
  return { total: progress.total, queued: progress.total - terminal - running, running, ...ended };
}

/**
 * How a batch ended. A batch with at least one clip is no failure. Without any clip, failed items count more than
 * canceled or expired ones.
 */
export function outcomeOfBatch(progress: ProgressRecord): NonNullable<BatchView["outcome"]> {
  if (progress.ended_empty !== null) return progress.ended_empty;
  const counts = countsOf(progress);
  if (counts.succeeded === counts.total) return "succeeded";
  if (counts.succeeded > 0) return "partial";
  if (counts.failed > 0) return "failed";
  return counts.canceled > 0 ? "canceled" : "expired";
}

/** Items without an outcome, running ones included, in ascending order. */
export function openIndices(progress: ProgressRecord): readonly number[] {
  const sets = outcomeSets(progress);
  return Array.from({ length: progress.total }, (_, index) => index).filter(
    (index) => outcomeOf(sets, index) === null,
  );
}

/** Open items that no worker is known to be working on. */
export const queuedIndices = (progress: ProgressRecord): readonly number[] =>
  openIndices(progress).filter((index) => !(String(index) in progress.running));
