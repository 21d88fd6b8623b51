/** How many items are queued, against the stage's limit. */
import { tiers } from "../../contract/tiers.ts";
import type { StageConfig } from "../../config.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import type { JobQueues, ObjectStore } from "../../ports.ts";
import { readBatch } from "../progress/batch-files.ts";
import { readOpenBatches } from "../progress/reminders.ts";

interface QueuePorts {
  readonly store: ObjectStore;
  readonly jobQueues: JobQueues;
}

/** With more open batches than this, every model is taken to have one. */
const mostRead = 32;

/**
 * The messages that wait for a machine. When a batch ends, its messages stay until a worker takes them out, or for two
 * weeks. No machine comes for a model without an open batch, so the messages of such a model do not count. SQS's counts
 * may be wrong for about a minute, so this is a guard and not an exact limit.
 * @param most while there are no more messages than this in all, nobody asks whose they are
 */
export async function queuedMessages(
  { store, jobQueues }: QueuePorts,
  { models }: Pick<StageConfig, "models">,
  most: number,
): Promise<number> {
  const queues = await Promise.all(models.map(({ id }) => messagesOf(id, jobQueues)));
  const all = totalOf(queues);
  if (all <= most) return all;
  const open = await readOpenBatches(store);
  if (open.length > mostRead) return all;
  const batches = await inParallel(open, mostRead, ({ batchId }) => readBatch(store, batchId));
  const wanted = new Set(batches.map((batch) => batch?.model));
  return totalOf(queues.filter(({ model }) => wanted.has(model)));
}

interface QueuedMessages {
  readonly model: string;
  readonly messages: number;
}

async function messagesOf(model: string, jobQueues: JobQueues): Promise<QueuedMessages> {
  const depths = await Promise.all(tiers.map((tier) => jobQueues.of(model, tier).depth()));
  return { model, messages: depths.reduce((sum, { visible, inFlight }) => sum + visible + inFlight, 0) };
}

const totalOf = (queues: readonly QueuedMessages[]): number =>
  queues.reduce((sum, { messages }) => sum + messages, 0);
