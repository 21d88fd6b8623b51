/** A batch's cost limit: as submitted, or as its owner changed it later. */
import type { BatchRecord, ControlRecord, ProgressRecord } from "../../contract/records/batch-records.ts";
import { microsIn, usdText } from "../../billing/money.ts";
import type { RecordPorts } from "../../records/records.ts";
import { readSpent } from "../../billing/receipts/batch-cost.ts";
import { readProgress, type BatchState } from "../progress/batch-files.ts";
import { changeControl } from "../../interlock/control.ts";
import type { CostBooks } from "../../billing/receipts/cost-books.ts";
import { countsOf } from "../progress/progress.ts";
import type { BatchBudget } from "../../interlock/open-work.ts";

export const maxCostOf = (batch: BatchRecord, control: ControlRecord | null): string | null =>
  control?.max_cost_usd ?? batch.max_cost_usd;

/** @returns null for a batch without a cost limit */
export async function readBudget(
  { batch, progress, control }: BatchState,
  nowMs: number,
  books: CostBooks,
): Promise<BatchBudget | null> {
  const maxUsd = maxCostOf(batch, control);
  if (maxUsd === null) return null;
  return {
    batchId: batch.id,
    maxUsd: Number(maxUsd),
    spentUsd: (await readSpent({ batch, progress }, nowMs, books)) / 1_000_000,
    itemsInHand: countsOf(progress).running,
    isHeld: control !== null && control.held !== null,
  };
}

export type MaxCostResult =
  | { readonly kind: "set"; readonly progress: ProgressRecord; readonly control: ControlRecord }
  | { readonly kind: "ended" };

/** At the next tick the launcher lets a held batch go on, or holds one that has cost more than the new limit. */
export async function setMaxCost(
  batch: BatchRecord,
  maxCostUsd: string,
  ports: RecordPorts,
): Promise<MaxCostResult> {
  const progress = await readProgress(ports.store, batch);
  if (progress.ended_at !== null) return { kind: "ended" };
  const max_cost_usd = usdText(microsIn(maxCostUsd));
  return { kind: "set", progress, control: await changeControl(ports, batch.id, () => ({ max_cost_usd })) };
}
