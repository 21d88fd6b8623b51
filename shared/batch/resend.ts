import {
  progressRecordSchema,
  type BatchRecord,
  type ItemRecord,
  type ProgressRecord,
} from "../contract/batch-records.ts";
import { batchKeys } from "../contract/keys.ts";
import type { ObjectStore } from "../ports.ts";
import { updateRecord } from "../records/records.ts";
import { byChunk, readItems } from "./batch-files.ts";
import { sendJobs } from "./job-messages.ts";
import { queuedIndices } from "./progress.ts";
import type { FleetSight, ReconcilePorts } from "./reconcile-ports.ts";

/** Longer than the minute for which SQS's counts may be wrong. */
const quietMs = 120_000;
/** So many in one run: what is left is sent when these have left the queue. */
const sentAtOnce = 5000;

/**
 * Send the open items of a batch again when its model's queues are empty, so that no message can be theirs.
 * @param committed items that have a result, whether folded or not.
 */
export async function resend(
  ports: ReconcilePorts,
  batch: BatchRecord,
  progress: ProgressRecord,
  committed: ReadonlySet<number>,
  { queueDepths, nowMs }: FleetSight,
): Promise<void> {
  const depth = queueDepths.get(batch.model);
  if (depth === undefined || depth.visible + depth.inFlight > 0) return;
  const lastSent = progress.resent_at ?? batch.submitted_at;
  if (nowMs - Date.parse(lastSent) < quietMs) return;
  const lost = queuedIndices(progress).filter((index) => !committed.has(index));
  if (lost.length === 0) return;
  ports.log.warn("items that were open but in no queue are sent again", {
    batchId: batch.id,
    items: lost.length,
  });
  const items = await itemsAt(ports.store, batch, lost.slice(0, sentAtOnce));
  // Noted before they are sent: if this run dies, they are late rather than sent twice.
  const resentAt = new Date(nowMs).toISOString();
  await updateRecord(ports, batchKeys.progress(batch.id), progressRecordSchema, (current) => ({
    ...(current ?? progress),
    resent_at: resentAt,
  }));
  await sendJobs(ports.jobQueues, batch, items, true);
}

async function itemsAt(
  store: ObjectStore,
  batch: BatchRecord,
  indices: readonly number[],
): Promise<readonly ItemRecord[]> {
  const found: ItemRecord[] = [];
  for (const [chunk, own] of byChunk(indices)) {
    const wanted = new Set(own);
    found.push(...(await readItems(store, batch.id, chunk)).filter(({ index }) => wanted.has(index)));
  }
  return found;
}
