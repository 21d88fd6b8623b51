/** A chunk's results in one object, in the order of the items: reading 1,000 results is one read. */
import { resultRecordSchema, type ResultRecord } from "../contract/batch-records.ts";
import type { BatchId } from "../contract/ids.ts";
import { batchKeys, chunkOf } from "../contract/keys.ts";
import type { ObjectStore } from "../ports.ts";
import { jsonLines } from "../records/json-lines.ts";
import { updateText, type RecordPorts } from "../records/records.ts";

/** @returns the results of the chunk that were folded so far, in the order of the items. */
export async function readManifest(
  store: ObjectStore,
  id: BatchId,
  chunk: number,
): Promise<readonly ResultRecord[]> {
  const key = batchKeys.manifest(id, chunk);
  const object = await store.get(key);
  return object === null ? [] : jsonLines(resultRecordSchema, key).parse(object.body);
}

/** Add results to their chunks' manifests, those that are not there yet. */
export async function addToManifests(
  ports: RecordPorts,
  id: BatchId,
  results: readonly ResultRecord[],
): Promise<void> {
  for (const [chunk, added] of Map.groupBy(results, (result) => chunkOf(result.index))) {
    const key = batchKeys.manifest(id, chunk);
    await updateText(ports, key, jsonLines(resultRecordSchema, key), (current) => merge(current, added));
  }
}

function merge(
  current: readonly ResultRecord[] | null,
  added: readonly ResultRecord[],
): readonly ResultRecord[] | null {
  const byIndex = new Map((current ?? []).map((result) => [result.index, result]));
  const fresh = added.filter((result) => !byIndex.has(result.index));
  if (fresh.length === 0) return null;
  for (const result of fresh) byIndex.set(result.index, result);
  return [...byIndex.values()].sort((a, b) => a.index - b.index);
}
