/** An item with its result, as the API shows it. */
import { itemSummaries, itemView, licenceOf } from "../../../shared/batch/views/item-view.ts";
import type { StageConfig } from "../../../shared/config.ts";
import { readAttempts } from "../../../shared/batch/progress/attempts.ts";
import { readItems, readProgress, readResult } from "../../../shared/batch/progress/batch-files.ts";
import { readItemReceipts } from "../../../shared/batch/reconcile/receipts.ts";
import type { ItemView } from "../../../shared/contract/api/api.ts";
import type { BatchRecord } from "../../../shared/contract/records/batch-records.ts";
import { chunkOf } from "../../../shared/contract/records/keys.ts";
import type { ObjectStore } from "../../../shared/ports.ts";

/** @returns null when the batch has no such item */
export async function viewItem(
  store: ObjectStore,
  batch: BatchRecord,
  index: number,
  settings: Pick<StageConfig, "models">,
): Promise<ItemView | null> {
  const [items, progress, attempts, result, receipts] = await Promise.all([
    readItems(store, batch.id, chunkOf(index)),
    readProgress(store, batch),
    readAttempts(store, { batch_id: batch.id, index }),
    readResult(store, batch.id, index),
    readItemReceipts(store, batch.id, chunkOf(index)),
  ]);
  const item = items.find((one) => one.index === index);
  const [summary] = item === undefined ? [] : itemSummaries(batch, progress, [item]);
  if (item === undefined || summary === undefined) return null;
  const receipt = receipts.get(index) ?? null;
  return itemView(summary, item, attempts, result, { receipt, licence: licenceOf(batch.model, settings) });
}
