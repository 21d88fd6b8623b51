/**
 * A batch's entry in its owner's list. A submit writes it empty. When a batch has its receipt, nothing changes its view
 * any more but a deletion: from then on its entry holds the view, so that a list reads one record of the batch and not
 * four. It is a copy: where there is none that can be read, a list reads the records.
 */
import * as z from "zod";
import { batchViewSchema, type BatchView } from "../../contract/api/api.ts";
import type { BatchId } from "../../contract/ids.ts";
import type { BatchRecord } from "../../contract/records/batch-records.ts";
import { indexKeys } from "../../contract/records/keys.ts";
import type { ListedObject, ObjectStore } from "../../ports.ts";
import { createRecord, readIfReadable } from "../../records/records.ts";

/** `view` is null when the batch is deleted. */
const entrySchema = z.strictObject({ v: z.literal(1), view: batchViewSchema.nullable() });
type Entry = z.infer<typeof entrySchema>;

const emptyBytes = JSON.stringify({}).length;
const keyOf = ({ owner, id }: Pick<BatchRecord, "owner" | "id">): string => indexKeys.newestFirst(owner, id);

export async function addToList(
  store: ObjectStore,
  batch: { readonly owner: string; readonly id: BatchId },
): Promise<void> {
  await createRecord(store, keyOf(batch), {});
}

/** @returns null: it holds no view, and the batch's records tell more */
export async function readEntry(
  store: ObjectStore,
  { key, sizeBytes }: ListedObject,
): Promise<Pick<Entry, "view"> | null> {
  return sizeBytes <= emptyBytes ? null : ((await readIfReadable(store, key, entrySchema))?.value ?? null);
}

export const keepView = (store: ObjectStore, batch: BatchRecord, view: BatchView): Promise<void> =>
  put(store, batch, { v: 1, view });

/** Takes away what people wrote into the batch. */
export const hideView = (store: ObjectStore, batch: BatchRecord): Promise<void> =>
  put(store, batch, { v: 1, view: null });

const put = (store: ObjectStore, batch: BatchRecord, entry: Entry): Promise<void> =>
  store.put(keyOf(batch), JSON.stringify(entry));
