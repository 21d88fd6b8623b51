import type { BatchState } from "./batch-files.ts";

/** How an item of the batch ends that nobody has begun, when its clip is not wanted any more; null: it is to be made. */
export function endOfUnbegun({ batch, control }: BatchState, nowMs: number): "canceled" | "expired" | null {
  if (control !== null && control.cancel !== null) return "canceled";
  return batch.expires_at !== null && Date.parse(batch.expires_at) <= nowMs ? "expired" : null;
}
