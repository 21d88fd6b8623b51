/** The view of a batch that cannot change any more, for its owner's list. */
import { finalCost } from "../../billing/receipts/batch-cost.ts";
import type { BatchRecord, ProgressRecord } from "../../contract/records/batch-records.ts";
import type { ReceiptRecord } from "../../contract/records/receipt.ts";
import type { ObjectStore } from "../../ports.ts";
import { readBatch, readControl } from "../progress/batch-files.ts";
import { hideView, keepView } from "../progress/list-entry.ts";
import { batchView } from "./batch-view.ts";

/** @param progress of the batch that has ended: no event changes it any more, and no stop shows in its view */
export async function keepLastView(
  store: ObjectStore,
  batch: BatchRecord,
  progress: ProgressRecord,
  receipt: ReceiptRecord,
): Promise<void> {
  if (batch.deleted_at !== null) return;
  const control = await readControl(store, batch.id);
  const cost = finalCost(receipt);
  await keepView(store, batch, batchView(batch, { progress, control, snapshot: null, latch: null, cost }));
  // It may have been deleted meanwhile, and its view with it, before this kept it.
  if ((await readBatch(store, batch.id))?.deleted_at !== null) await hideView(store, batch);
}
