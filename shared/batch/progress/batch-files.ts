/** Reads a batch's records from the store, each by its schema. */
import {
  batchRecordSchema,
  controlRecordSchema,
  itemRecordSchema,
  progressRecordSchema,
  resultRecordSchema,
  withCodesSchema,
  type BatchRecord,
  type ControlRecord,
  type ItemRecord,
  type ProgressRecord,
  type ResultRecord,
} from "../../contract/records/batch-records.ts";
import type { BatchId } from "../../contract/ids.ts";
import { batchKeys, chunkOf, itemsPerChunk } from "../../contract/records/keys.ts";
import type { ObjectStore } from "../../ports.ts";
import { jsonLines } from "../../records/json-lines.ts";
import { parseRecord, readRecord, RecordError, type TextForm } from "../../records/records.ts";
import { emptyProgress } from "./progress.ts";

/** @returns null when no submit of that batch was ever completed */
export const readBatch = async (store: ObjectStore, id: BatchId): Promise<BatchRecord | null> =>
  (await readRecord(store, batchKeys.batch(id), batchRecordSchema))?.value ?? null;

/** If a batch's progress was lost, this answers that nothing is known; the reconciler derives it again. */
export const readProgress = async (store: ObjectStore, batch: BatchRecord): Promise<ProgressRecord> =>
  (await storedProgress(store, batch.id)) ?? emptyProgress(batch.id, batch.total);

const storedProgress = async (store: ObjectStore, id: BatchId): Promise<ProgressRecord | null> =>
  (await readRecord(store, batchKeys.progress(id), progressRecordSchema))?.value ?? null;

/** A batch and its progress. */
export interface BatchState {
  readonly batch: BatchRecord;
  readonly progress: ProgressRecord;
  readonly control: ControlRecord | null;
}

/** Reads everything at once. @returns null when no submit of that batch was ever completed */
export async function readState(store: ObjectStore, id: BatchId): Promise<BatchState | null> {
  const [batch, progress, control] = await Promise.all([
    readBatch(store, id),
    storedProgress(store, id),
    readControl(store, id),
  ]);
  return batch === null ? null : { batch, progress: progress ?? emptyProgress(id, batch.total), control };
}

export const readControl = async (store: ObjectStore, id: BatchId): Promise<ControlRecord | null> =>
  (await readRecord(store, batchKeys.control(id), controlRecordSchema))?.value ?? null;

export const readResult = async (
  store: ObjectStore,
  id: BatchId,
  index: number,
): Promise<ResultRecord | null> =>
  (await readRecord(store, batchKeys.result(id, index), resultRecordSchema))?.value ?? null;

/** A result as it is stored, in one read. `codes` is null where none were kept. */
export async function readResultWithCodes(
  store: ObjectStore,
  id: BatchId,
  index: number,
): Promise<{ readonly result: ResultRecord; readonly codes: string | null } | null> {
  const key = batchKeys.result(id, index);
  const object = await store.get(key);
  if (object === null) return null;
  const { codes = null } = parseRecord(withCodesSchema, object.body, key);
  return { result: parseRecord(resultRecordSchema, object.body, key), codes };
}

export const itemsForm = (id: BatchId, chunk: number): TextForm<readonly ItemRecord[]> =>
  jsonLines(itemRecordSchema, batchKeys.items(id, chunk));

/** @throws RecordError when there is no such chunk: chunks are written before the batch exists */
export async function readItems(
  store: ObjectStore,
  id: BatchId,
  chunk: number,
): Promise<readonly ItemRecord[]> {
  const key = batchKeys.items(id, chunk);
  const object = await store.get(key);
  if (object === null) throw new RecordError(`${key} is missing`);
  return itemsForm(id, chunk).parse(object.body);
}

/** Groups indices by the chunks that hold them, in ascending order of chunks. */
export function byChunk(indices: readonly number[]): ReadonlyMap<number, readonly number[]> {
  return Map.groupBy(indices, chunkOf);
}

/** The chunks of a batch with this many items: 0, 1, … */
export const chunksOf = (total: number): readonly number[] =>
  Array.from({ length: Math.ceil(total / itemsPerChunk) }, (_, chunk) => chunk);
