/** Whether an item that nobody has begun is still wanted. */
import type { BatchState } from "../progress/batch-files.ts";

/** How an item ends that no worker has begun, if its clip is no longer wanted; null: it is to be made. */
export function endOfUnbegun(
  { batch, control }: Pick<BatchState, "batch" | "control">,
  nowMs: number,
): "canceled" | "expired" | null {
  if (control !== null && control.cancel !== null) return "canceled";
  return batch.expires_at !== null && Date.parse(batch.expires_at) <= nowMs ? "expired" : null;
}
