/** Cancels a batch. */
import type { BatchRecord, ControlRecord, ProgressRecord } from "../../contract/records/batch-records.ts";
import { readProgress } from "../progress/batch-files.ts";
import { closeItems } from "../progress/close-items.ts";
import { changeControl } from "../../interlock/control.ts";
import type { FoldPorts } from "../progress/fold.ts";
import { queuedIndices } from "../progress/progress.ts";

/** `drain` lets running items finish; `abort` ends them at their next step. */
export type CancelMode = NonNullable<ControlRecord["cancel"]>;
export type CancelResult =
  | { readonly kind: "canceling"; readonly progress: ProgressRecord; readonly control: ControlRecord }
  | { readonly kind: "ended" };

/**
 * Cancels what is queued now. For running items, the workers read the control record. A second call changes nothing,
 * except that a drain may become an abort.
 */
export async function cancelBatch(
  batch: BatchRecord,
  mode: CancelMode,
  ports: FoldPorts,
): Promise<CancelResult> {
  const progress = await readProgress(ports.store, batch);
  if (progress.ended_at !== null) return { kind: "ended" };
  const now = new Date(ports.clock.nowMs()).toISOString();
  const control = await changeControl(ports, batch.id, (current) =>
    current.cancel === "abort" ? {} : { cancel: mode, canceled_at: current.canceled_at ?? now },
  );
  const after = await closeItems(ports, batch, queuedIndices(progress), () => ({ outcome: "canceled" }));
  return { kind: "canceling", progress: after ?? progress, control };
}
