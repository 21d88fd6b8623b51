/** Starts the next run of an expansion whose last run has ended or died. */
import type { BatchRecord, ControlRecord, ProgressRecord } from "../../contract/records/batch-records.ts";
import { latchIsClosed } from "../../interlock/latch.ts";
import { readExpansion } from "../uploads/expansion.ts";
import type { Expander } from "../../ports.ts";
import type { DeliveryPorts } from "../queue/deliver.ts";

export interface ReconcilePorts extends DeliveryPorts {
  readonly expander: Expander;
}

/** @returns whether the batch is being expanded: then its items that are in no queue are not lost */
export async function resumeExpansion(
  ports: ReconcilePorts,
  batch: BatchRecord,
  { progress, control }: { readonly progress: ProgressRecord; readonly control: ControlRecord | null },
): Promise<boolean> {
  if (batch.upload_id === null || progress.sent_at !== null) return false;
  const standing = await readExpansion(ports, batch.id);
  if (standing.kind === "none") return false;
  if (standing.kind === "running") return true;
  const isQueueing = standing.record.state.at === "queueing";
  const isHeld = control !== null && control.held !== null;
  if (isQueueing && (isHeld || (await latchIsClosed(ports.store)))) return true;
  await ports.expander.expand(batch.id);
  return true;
}
