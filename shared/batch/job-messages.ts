import type { BatchRecord, ItemRecord } from "../contract/batch-records.ts";
import type { JobMessage } from "../contract/messages.ts";
import type { Speed } from "../contract/parameters.ts";
import type { JobQueue, JobQueues } from "../ports.ts";
import { inParallel } from "./in-parallel.ts";

/** People wait for `fast` work: it has a queue that a worker always empties first. */
export const laneOf = (speed: Speed): "fast" | "standard" => (speed === "fast" ? "fast" : "standard");

const messagesAtOnce = 100;
const callsAtOnce = 8;

/** @param resent tells the worker to look for a result before it works on the item. */
export async function sendJobs(
  jobQueues: JobQueues,
  batch: BatchRecord,
  items: readonly ItemRecord[],
  resent: boolean,
): Promise<void> {
  const queue: JobQueue = jobQueues.of(batch.model, laneOf(batch.speed));
  const messages = items.map((item) => ({
    body: JSON.stringify(jobMessage(batch, item, resent)),
    // Fairness among tenants: a small batch does not wait behind a huge one.
    groupId: batch.id,
  }));
  const parts = Array.from({ length: Math.ceil(messages.length / messagesAtOnce) }, (_, part) =>
    messages.slice(part * messagesAtOnce, (part + 1) * messagesAtOnce),
  );
  await inParallel(parts, callsAtOnce, (part) => queue.send(part));
}

const jobMessage = (batch: BatchRecord, item: ItemRecord, resent: boolean): JobMessage => ({
  v: 1,
  batch_id: batch.id,
  model: batch.model,
  speed: batch.speed,
  submitted_at: batch.submitted_at,
  deadline_at: batch.deadline_at,
  expires_at: batch.expires_at,
  resent,
  ...item,
});
