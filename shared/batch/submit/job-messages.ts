/** The messages of items, one for each. */
import type { BatchRecord, ItemRecord } from "../../contract/records/batch-records.ts";
import { messageText, type JobMessage } from "../../contract/messages.ts";
import type { Speed } from "../../contract/api/parameters.ts";
import type { JobQueue, JobQueues } from "../../ports.ts";
import { inParallel } from "../../flow/in-parallel.ts";

/** People wait for `fast` work: it has a queue of its own, which a worker always empties first. */
export const laneOf = (speed: Speed): "fast" | "standard" => (speed === "fast" ? "fast" : "standard");

const messagesAtOnce = 100;
const callsAtOnce = 8;

/** An item whose message the queue refuses because of its content: it can never be made. */
export interface Undeliverable {
  readonly index: number;
  readonly detail: string;
}

/**
 * @param resent tells the worker to look for a result before it works on the item
 * @returns the items that no queue takes
 */
export async function sendJobs(
  jobQueues: JobQueues,
  batch: BatchRecord,
  items: readonly ItemRecord[],
  resent: boolean,
): Promise<readonly Undeliverable[]> {
  const queue: JobQueue = jobQueues.of(batch.model, laneOf(batch.speed));
  const messages = items.map((item) => ({
    body: messageText(jobMessage(batch, item, resent)),
    // For fairness among tenants: a small batch does not wait behind a huge one.
    groupId: batch.id,
  }));
  const starts = Array.from(
    { length: Math.ceil(messages.length / messagesAtOnce) },
    (_, part) => part * messagesAtOnce,
  );
  const refused = await inParallel(starts, callsAtOnce, async (start) => {
    const part = await queue.send(messages.slice(start, start + messagesAtOnce));
    return part.map(({ place, ...why }) => ({ item: items[start + place], ...why }));
  });
  return refused
    .flat()
    .flatMap(({ item, code, detail }) =>
      item === undefined
        ? []
        : [{ index: item.index, detail: `the queue refuses the item's message: ${code}: ${detail}` }],
    );
}

const jobMessage = (batch: BatchRecord, item: ItemRecord, resent: boolean): JobMessage => ({
  v: 1,
  batch_id: batch.id,
  owner: batch.owner,
  model: batch.model,
  speed: batch.speed,
  submitted_at: batch.submitted_at,
  deadline_at: batch.deadline_at,
  expires_at: batch.expires_at,
  resent,
  ...item,
});
