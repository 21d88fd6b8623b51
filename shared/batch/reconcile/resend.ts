import type {
  BatchRecord,
  ControlRecord,
  ItemRecord,
  ProgressRecord,
} from "../../contract/records/batch-records.ts";
import type { ObjectStore } from "../../ports.ts";
import { byChunk, readItems } from "../progress/batch-files.ts";
import { deliver, noteSent } from "../submit/deliver.ts";
import { queuedIndices } from "../progress/progress.ts";
import type { FleetObservation, ReconcilePorts } from "./reconcile-ports.ts";

/** Longer than the minute for which SQS's counts may be wrong, than any submit lasts, and than a worker takes to hear. */
const quietMs = 120_000;
/** So many in one run: what is left is sent when these have left the queue. */
const sentAtOnce = 5000;

/** A batch as it stands. */
export interface Standing {
  readonly progress: ProgressRecord;
  readonly control: ControlRecord | null;
  /** Items that have a result, whether folded or not. */
  readonly committed: ReadonlySet<number>;
}

/**
 * Send a batch's open items again when its model's queues are empty, so that no message can be theirs; or, at
 * whatever depth, when not all were sent or some were taken out. While the batch is held, workers would only take
 * them out again.
 */
export async function resend(
  ports: ReconcilePorts,
  batch: BatchRecord,
  { progress, control, committed }: Standing,
  sight: FleetObservation,
): Promise<void> {
  if (!mayBeLost(batch, progress, control, sight)) return;
  const lost = queuedIndices(progress).filter((index) => !committed.has(index));
  if (lost.length === 0) return;
  ports.log.warn("items that were open but in no queue are sent again", {
    batchId: batch.id,
    items: lost.length,
  });
  const items = await itemsAt(ports.store, batch, lost.slice(0, sentAtOnce));
  // Noted before they are sent: if this run dies, they are late rather than sent twice.
  await noteSent(ports, progress, sight.nowMs);
  await deliver(ports, batch, items, true);
}

function mayBeLost(
  batch: BatchRecord,
  progress: ProgressRecord,
  control: ControlRecord | null,
  sight: FleetObservation,
): boolean {
  if (control !== null && control.held !== null) return false;
  const lastMs = Math.max(
    Date.parse(progress.sent_at ?? batch.submitted_at),
    control === null ? 0 : Date.parse(control.at),
  );
  if (sight.nowMs - lastMs < quietMs) return false;
  if (progress.sent_at === null) return true;
  const depth = sight.queueDepths.get(batch.model);
  return depth !== undefined && depth.visible + depth.inFlight === 0;
}

async function itemsAt(
  store: ObjectStore,
  batch: BatchRecord,
  indices: readonly number[],
): Promise<readonly ItemRecord[]> {
  const found: ItemRecord[] = [];
  for (const [chunk, own] of byChunk(indices)) {
    const wanted = new Set(own);
    found.push(...(await readItems(store, batch.id, chunk)).filter(({ index }) => wanted.has(index)));
  }
  return found;
}
