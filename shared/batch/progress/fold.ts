/** Folds events into progress and manifests. */
import {
  progressRecordSchema,
  type CompletedRecord,
  type ProgressRecord,
} from "../../contract/records/batch-records.ts";
import type { BatchId } from "../../contract/ids.ts";
import { batchKeys, indexKeys } from "../../contract/records/keys.ts";
import type { ItemEvent } from "../../contract/messages.ts";
import { walk } from "../../flow/walk.ts";
import { QueueError, type Log } from "../../ports.ts";
import type { TellPorts } from "../../webhooks/webhook-ports.ts";
import { createRecord, updateRecord, type RecordPorts } from "../../records/records.ts";
import { applyEvents } from "./apply-events.ts";
import { readBatch } from "./batch-files.ts";
import { addToManifests } from "./manifest.ts";
import { countsOf, emptyProgress } from "./progress.ts";
import { tellOfEnd, tellOfItems } from "./told.ts";

export interface FoldPorts extends RecordPorts, TellPorts {
  readonly log: Log;
}
export interface FoldReport {
  /** Batches whose events must be delivered again, and why. */
  readonly failed: ReadonlyMap<BatchId, unknown>;
}

/** The function runs for 30 s at most (serverless.yml), and one delivery may hold events of ten thousand batches. */
const foldForMs = 15_000;

/**
 * Folds events of any batches. A batch that cannot be written, or for which there is no time, does not stop the others.
 */
export async function foldEvents(events: readonly ItemEvent[], ports: FoldPorts): Promise<FoldReport> {
  const batches = [...Map.groupBy(events, (event) => event.batch_id)];
  const failed = new Map<BatchId, unknown>(batches.map(([batchId]) => [batchId, "there was no time for it"]));
  const untilMs = ports.clock.nowMs() + foldForMs;
  await walk(ports.clock, batches, untilMs, async ([batchId, own]) => {
    try {
      await foldBatch(batchId, own, ports);
      failed.delete(batchId);
    } catch (error) {
      failed.set(batchId, error);
    }
  });
  return { failed };
}

/**
 * Folds one batch's events into its manifests and its progress, and finishes the batch with its last event. The
 * manifest is written first, so that it holds the result of every item that progress calls ended. Webhooks are told of
 * items before progress has them: what could not be told is folded again, by its event or by the reconciler.
 * @returns null when there is no such batch
 */
export async function foldBatch(
  batchId: BatchId,
  events: readonly ItemEvent[],
  ports: FoldPorts,
): Promise<ProgressRecord | null> {
  const inOrder = events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const results = inOrder.flatMap((event) => (event.type === "finished" ? [event.result] : []));
  await addToManifests(ports, batchId, results);
  await tellOfItems(batchId, results, ports);
  const progress =
    (await updateProgress(ports, batchId, inOrder)) ?? (await beginProgress(ports, batchId, inOrder));
  if (progress === null) {
    ports.log.warn("dropped events of a batch that does not exist", { batchId });
    return null;
  }
  if (progress.ended_at !== null) await finishOrLeave(ports, progress, progress.ended_at);
  return progress;
}

/** What its items led to is stored. If only webhooks cannot be told, the batch is left for the reconciler to finish. */
async function finishOrLeave(ports: FoldPorts, progress: ProgressRecord, endedAt: string): Promise<void> {
  try {
    await finishBatch(ports, progress, endedAt);
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    const { batch_id: batchId } = progress;
    ports.log.error("could not tell webhooks of a batch's end; the reconciler does", { batchId, error });
  }
}

const updateProgress = (
  ports: RecordPorts,
  batchId: BatchId,
  events: readonly ItemEvent[],
): Promise<ProgressRecord | null> =>
  updateRecord(ports, batchKeys.progress(batchId), progressRecordSchema, (current) =>
    current === null ? null : applyEvents(current, events),
  );

/** Progress was lost: begin again with what these events say; the reconciler adds the rest. */
async function beginProgress(
  ports: RecordPorts,
  batchId: BatchId,
  events: readonly ItemEvent[],
): Promise<ProgressRecord | null> {
  const batch = await readBatch(ports.store, batchId);
  if (batch === null) return null;
  return updateRecord(ports, batchKeys.progress(batchId), progressRecordSchema, (current) => {
    const progress = current ?? emptyProgress(batchId, batch.total);
    return applyEvents(progress, events) ?? (current === null ? progress : null);
  });
}

/** Every item has its outcome: report it once, and take the batch off the list of open work. Safe to repeat. */
export async function finishBatch(
  ports: TellPorts,
  progress: ProgressRecord,
  endedAt: string,
): Promise<void> {
  const { store } = ports;
  const { succeeded, failed, canceled, expired } = countsOf(progress);
  const completed: CompletedRecord = {
    v: 1,
    batch_id: progress.batch_id,
    ended_at: endedAt,
    succeeded,
    failed,
    canceled,
    expired,
    audio_seconds: progress.audio_seconds,
  };
  // Told before it is written down that it ended: a run that dies between them leaves the batch for the reconciler.
  const key = batchKeys.completed(progress.batch_id);
  if (!(await store.exists(key))) await tellOfEnd(progress, endedAt, ports);
  await createRecord(store, key, completed);
  await createRecord(store, indexKeys.receiptDue(progress.batch_id, "end"), {});
  await store.delete(indexKeys.active(progress.batch_id));
}
