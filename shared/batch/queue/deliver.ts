/** Sends a batch's items to its queue. */
import {
  progressRecordSchema,
  type BatchRecord,
  type ItemRecord,
  type ProgressRecord,
} from "../../contract/records/batch-records.ts";
import { batchKeys } from "../../contract/records/keys.ts";
import type { JobQueues } from "../../ports.ts";
import { updateRecord, type RecordPorts } from "../../records/records.ts";
import type { FoldPorts } from "../progress/fold.ts";
import { readAttempts } from "../progress/attempts.ts";
import { closeItems, type Closing } from "../progress/close-items.ts";
import { sendJobs } from "./job-messages.ts";

export interface DeliveryPorts extends FoldPorts {
  readonly jobQueues: JobQueues;
}

/**
 * Sends items to their batch's queue. An item fails if the queue refuses its message: no worker would ever receive it,
 * and its batch would never end.
 * @returns progress after these failures; null when the queue took all items
 */
export async function deliver(
  ports: DeliveryPorts,
  batch: BatchRecord,
  items: readonly ItemRecord[],
  resent: boolean,
): Promise<ProgressRecord | null> {
  const refused = await sendJobs(ports.jobQueues, batch, items, resent);
  if (refused.length === 0) return null;
  const details = new Map(refused.map(({ index, detail }) => [index, detail]));
  ports.log.error("the queue refuses the messages of some items, so these items fail", {
    batchId: batch.id,
    items: refused.length,
    detail: refused[0]?.detail,
  });
  return closeItems(ports, batch, [...details.keys()], async (index): Promise<Closing> => {
    const { interruptions, spent } = await readAttempts(ports.store, { batch_id: batch.id, index });
    const error = { code: "undeliverable" as const, detail: details.get(index) ?? "" };
    return { outcome: "failed", error, interruptions, spent };
  });
}

/** Notes when the open items were sent to their queue. @param progress to begin with, if it was lost */
export async function noteSent(ports: RecordPorts, progress: ProgressRecord, nowMs: number): Promise<void> {
  const sentAt = new Date(nowMs).toISOString();
  await updateRecord(ports, batchKeys.progress(progress.batch_id), progressRecordSchema, (current) => ({
    ...(current ?? progress),
    sent_at: sentAt,
  }));
}
