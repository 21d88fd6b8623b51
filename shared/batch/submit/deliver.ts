/** From a batch into its queue. */
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
 * Put items into their batch's queue. One whose message the queue refuses ends as failed: no worker would ever get
 * it, and what waits for it would wait for ever.
 * @returns progress after the end of those that failed; null when all were taken.
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
  ports.log.error("items whose messages the queue refuses are failed", {
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

/** Keep in mind when the open items went into their queue. @param progress as it begins, should it be lost */
export async function noteSent(ports: RecordPorts, progress: ProgressRecord, nowMs: number): Promise<void> {
  const sentAt = new Date(nowMs).toISOString();
  await updateRecord(ports, batchKeys.progress(progress.batch_id), progressRecordSchema, (current) => ({
    ...(current ?? progress),
    sent_at: sentAt,
  }));
}
