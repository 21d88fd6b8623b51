/** The answer to an order that changed a batch. */
import { readCost } from "../../../shared/billing/receipts/batch-cost.ts";
import { batchView } from "../../../shared/batch/views/batch-view.ts";
import type { BatchView } from "../../../shared/contract/api/api.ts";
import type {
  BatchRecord,
  ControlRecord,
  ProgressRecord,
} from "../../../shared/contract/records/batch-records.ts";
import { readLatch } from "../../../shared/interlock/latch.ts";
import type { RecordPorts } from "../../../shared/records/records.ts";

/** The batch after the order. The launcher has not seen the change yet, so the view has no reason to wait of its own. */
export async function changedBatch(
  { store, clock }: RecordPorts,
  batch: BatchRecord,
  changed: { readonly progress: ProgressRecord; readonly control: ControlRecord },
): Promise<BatchView> {
  const { progress, control } = changed;
  const [cost, latch] = await Promise.all([
    readCost(store, { batch, progress }, clock.nowMs()),
    readLatch(store),
  ]);
  return batchView(batch, { progress, control, snapshot: null, latch, cost });
}
