/** A chunk's results in one object, in the order of the items: 1,000 results take one read. */
import * as z from "zod";
import { resultRecordSchema, type ResultRecord } from "../../contract/records/batch-records.ts";
import type { BatchId } from "../../contract/ids.ts";
import { batchKeys, chunkOf } from "../../contract/records/keys.ts";
import type { ObjectStore } from "../../ports.ts";
import { jsonLines } from "../../records/json-lines.ts";
import { parseRecord, updateText, type RecordPorts, type TextForm } from "../../records/records.ts";

/** @returns the results of the chunk that are folded so far, in the order of the items */
export async function readManifest(
  store: ObjectStore,
  id: BatchId,
  chunk: number,
): Promise<readonly ResultRecord[]> {
  const key = batchKeys.manifest(id, chunk);
  const object = await store.get(key);
  return object === null ? [] : jsonLines(resultRecordSchema, key).parse(object.body);
}

/** Adds results to their chunks' manifests, if they are not there yet. */
export async function addToManifests(
  ports: RecordPorts,
  id: BatchId,
  results: readonly ResultRecord[],
): Promise<void> {
  for (const [chunk, added] of Map.groupBy(results, (result) => chunkOf(result.index))) {
    const key = batchKeys.manifest(id, chunk);
    await updateText(ports, key, linesByIndex(key), (current) => merge(current, added));
  }
}

type LinesByIndex = ReadonlyMap<number, string>;
const indexSchema = z.looseObject({ index: z.int().min(0) });

/**
 * A manifest as its writer needs it: each line by the index of its item. The lines are not parsed whole, because a
 * chunk is read and written again for every few results. Readers of results parse them whole.
 */
const linesByIndex = (key: string): TextForm<LinesByIndex> => ({
  parse: (body) =>
    new Map(
      body
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => [parseRecord(indexSchema, line, key).index, line]),
    ),
  print: (lines) =>
    [...lines]
      .sort(([a], [b]) => a - b)
      .map(([, line]) => `${line}\n`)
      .join(""),
});

function merge(current: LinesByIndex | null, added: readonly ResultRecord[]): LinesByIndex | null {
  const known = current ?? new Map<number, string>();
  const fresh = added.filter(({ index }) => !known.has(index));
  if (fresh.length === 0) return null;
  return new Map([
    ...known,
    ...fresh.map((result): [number, string] => [result.index, JSON.stringify(result)]),
  ]);
}
