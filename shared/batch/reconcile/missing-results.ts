/** Finds committed results that progress does not have yet. */
import type { ProgressRecord } from "../../contract/records/batch-records.ts";
import { batchKeys, chunkOf, itemsPerChunk, resultIndexOf } from "../../contract/records/keys.ts";
import type { ObjectStore } from "../../ports.ts";
import { chunksOf } from "../progress/batch-files.ts";
import { openIndices } from "../progress/progress.ts";

/**
 * The results that progress does not have, and when each was committed. Only chunks with open items are listed: for a
 * half-done batch of 50,000 items that is a page or two instead of twenty-five.
 */
export async function listMissing(
  store: ObjectStore,
  progress: ProgressRecord,
): Promise<ReadonlyMap<number, number>> {
  const open = new Set(openIndices(progress));
  const openChunks = new Set([...open].map(chunkOf));
  const starts = chunksOf(progress.total).filter((chunk) => openChunks.has(chunk));
  const found = new Map<number, number>();
  let from = starts[0] === undefined ? null : starts[0] * itemsPerChunk;
  while (from !== null) {
    const page = await store.list(batchKeys.results(progress.batch_id), startingAt(progress, from));
    for (const { key, modifiedMs } of page.objects)
      if (open.has(resultIndexOf(key))) found.set(resultIndexOf(key), modifiedMs);
    const last = page.objects.at(-1);
    from = page.more && last !== undefined ? nextOpen(starts, resultIndexOf(last.key) + 1) : null;
  }
  return found;
}

const startingAt = ({ batch_id }: ProgressRecord, index: number): { readonly after?: string } =>
  index === 0 ? {} : { after: batchKeys.result(batch_id, index - 1) };

/** The first index, from this one on, that is in a chunk with open items; null: there is none. */
function nextOpen(chunks: readonly number[], index: number): number | null {
  const chunk = chunks.find((one) => one >= chunkOf(index));
  return chunk === undefined ? null : Math.max(index, chunk * itemsPerChunk);
}
