/** Cancels one item of a batch. */
import { mostCanceledItems, type BatchRecord } from "../../contract/records/batch-records.ts";
import { changeControl } from "../../interlock/control.ts";
import { readProgress, readResult } from "../progress/batch-files.ts";
import { closeItems } from "../progress/close-items.ts";
import type { FoldPorts } from "../progress/fold.ts";

export type ItemCancelResult =
  | { readonly kind: "canceling" }
  | { readonly kind: "ended" }
  /** The batch has reached the limit of items that are canceled one by one. */
  | { readonly kind: "too_many" };

/**
 * Cancels one item. A queued item ends now. A running one ends at its next step, after its worker has read the control
 * record. A second call changes nothing.
 */
export async function cancelItem(
  batch: BatchRecord,
  index: number,
  ports: FoldPorts,
): Promise<ItemCancelResult> {
  const result = await readResult(ports.store, batch.id, index);
  if (result !== null) return { kind: result.outcome === "canceled" ? "canceling" : "ended" };
  const { canceled_items: kept } = await changeControl(ports, batch.id, ({ canceled_items: items }) => ({
    canceled_items: items.includes(index) ? items : [...items, index].slice(0, mostCanceledItems),
  }));
  if (!kept.includes(index)) return { kind: "too_many" };
  const { running } = await readProgress(ports.store, batch);
  if (!(String(index) in running)) await closeItems(ports, batch, [index], () => ({ outcome: "canceled" }));
  return { kind: "canceling" };
}
