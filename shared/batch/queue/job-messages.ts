/** The messages of items, one for each. */
import type { BatchRecord, ItemRecord } from "../../contract/records/batch-records.ts";
import { messageText, type JobMessage } from "../../contract/messages.ts";
import type { JobQueue, JobQueues } from "../../ports.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import { groupOf, tierOf } from "./place.ts";

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
  const byTier = Map.groupBy(items, ({ index }) => tierOf(batch, index));
  const parts = [...byTier].flatMap(([tier, own]) => partsOf(own).map((part) => ({ tier, part })));
  const refused = await inParallel(parts, callsAtOnce, ({ tier, part }) =>
    sendPart(jobQueues.of(batch.model, tier), batch, part, resent),
  );
  return refused.flat();
}

const partsOf = (items: readonly ItemRecord[]): readonly (readonly ItemRecord[])[] =>
  Array.from({ length: Math.ceil(items.length / messagesAtOnce) }, (_, part) =>
    items.slice(part * messagesAtOnce, (part + 1) * messagesAtOnce),
  );

async function sendPart(
  queue: JobQueue,
  batch: BatchRecord,
  items: readonly ItemRecord[],
  resent: boolean,
): Promise<readonly Undeliverable[]> {
  const messages = items.map((item) => ({
    body: messageText(jobMessage(batch, item, resent)),
    groupId: groupOf(batch, item.index),
  }));
  const refused = await queue.send(messages);
  return refused.flatMap(({ place, code, detail }) =>
    items
      .slice(place, place + 1)
      .map(({ index }) => ({ index, detail: `the queue refuses the item's message: ${code}: ${detail}` })),
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
