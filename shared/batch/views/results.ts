/** Reads the results of a page of items. */
import {
  terminalOutcomes,
  type ProgressRecord,
  type ResultRecord,
} from "../../contract/records/batch-records.ts";
import type { ObjectStore } from "../../ports.ts";
import { byChunk, readResult } from "../progress/batch-files.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import { readManifest } from "../progress/manifest.ts";
import { outcomeSets } from "../progress/progress.ts";

const readsAtOnce = 32;

/**
 * The existing results of the items `from` to `to`, in the order of the items. It takes one read for each chunk, and
 * one more for each result that is not in its manifest yet.
 * @param to exclusive
 */
export async function readResults(
  store: ObjectStore,
  progress: ProgressRecord,
  from: number,
  to: number,
): Promise<readonly ResultRecord[]> {
  const { batch_id: id } = progress;
  const sets = outcomeSets(progress);
  const ended = Array.from(
    { length: Math.max(0, Math.min(to, progress.total) - from) },
    (_, place) => from + place,
  ).filter((index) => terminalOutcomes.some((outcome) => sets[outcome].has(index)));
  const found: ResultRecord[] = [];
  for (const [chunk, indices] of byChunk(ended)) {
    const manifest = await readManifest(store, id, chunk);
    const listed = new Map(manifest.map((result) => [result.index, result]));
    const results = await inParallel(
      indices,
      readsAtOnce,
      async (index) => listed.get(index) ?? (await readResult(store, id, index)),
    );
    found.push(...results.filter((result) => result !== null));
  }
  return found;
}
