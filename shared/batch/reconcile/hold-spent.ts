/**
 * Holds a batch that has cost what it may cost. The launcher holds it earlier, while its budget still pays for what is
 * in hand. But the launcher's ticks may fail, and meanwhile the machines go on.
 */
import type { ControlRecord } from "../../contract/records/batch-records.ts";
import type { CostBooks } from "../../billing/receipts/cost-books.ts";
import { holdBatch, type HoldPorts } from "../../interlock/hold.ts";
import { isSpent, whySpent } from "../../interlock/open-work.ts";
import { readBudget } from "../orders/max-cost.ts";
import type { BatchState } from "../progress/batch-files.ts";

/** @returns what applies to the batch from now on */
export async function holdIfSpent(
  ports: HoldPorts,
  state: BatchState,
  nowMs: number,
  books: CostBooks,
): Promise<ControlRecord | null> {
  const budget = await readBudget(state, nowMs, books);
  if (budget === null || budget.isHeld || !isSpent(budget)) return state.control;
  return holdBatch(ports, budget, whySpent(budget));
}
