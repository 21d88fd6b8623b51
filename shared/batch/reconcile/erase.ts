/**
 * Erases a deleted batch. What stays is who owned it, how it ended, and its receipts. Its clips are deleted at once;
 * prompts and results are deleted once the receipts that need them are written. Safe to repeat.
 */
import type { BatchId } from "../../contract/ids.ts";
import { batchKeys, indexKeys } from "../../contract/records/keys.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import type { ObjectStore } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import { readBatch } from "../progress/batch-files.ts";
import { hideBatch } from "../orders/delete-batch.ts";

const deletesAtOnce = 16;
/** At most this many objects of one batch in one run; the next run continues. */
const deletedAtOnce = 2000;
const pageLimit = 1000;

export async function eraseBatch(ports: RecordPorts, batchId: BatchId): Promise<void> {
  const { store } = ports;
  const batch = await readBatch(store, batchId);
  if (batch !== null) {
    await hideBatch(batch, ports);
    const hasReceipts = await store.exists(batchKeys.receipt(batchId));
    const prefixes = [...clipsOf(batchId), ...(hasReceipts ? recordsOf(batchId) : [])];
    if (!(await areEmptied(store, prefixes)) || !hasReceipts) return;
  }
  await store.delete(indexKeys.deleted(batchId));
}

const clipsOf = (id: BatchId): readonly string[] => [
  batchKeys.audioPrefix(id),
  batchKeys.checkpointsPrefix(id),
  batchKeys.sourcesPrefix(id),
];
const recordsOf = (id: BatchId): readonly string[] => [
  batchKeys.itemsPrefix(id),
  batchKeys.results(id),
  batchKeys.manifestPrefix(id),
  batchKeys.attemptsPrefix(id),
  // It quotes faulty lines if the run that ended the batch died right after that.
  batchKeys.expansion(id),
];

/** Deletes what is under the prefixes, up to a limit. @returns whether all of it is gone */
async function areEmptied(store: ObjectStore, prefixes: readonly string[]): Promise<boolean> {
  let left = deletedAtOnce;
  for (const prefix of prefixes)
    for (let more = true; more;) {
      if (left === 0) return false;
      const page = await store.list(prefix, { limit: Math.min(pageLimit, left) });
      await inParallel(page.objects, deletesAtOnce, ({ key }) => store.delete(key));
      left -= page.objects.length;
      more = page.more;
    }
  return true;
}
