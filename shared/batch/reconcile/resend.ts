/** Sends items again that are open but in no queue. */
import type {
  BatchRecord,
  ControlRecord,
  ItemRecord,
  ProgressRecord,
} from "../../contract/records/batch-records.ts";
import type { ObjectStore } from "../../ports.ts";
import { byChunk, readItems } from "../progress/batch-files.ts";
import { deliver, noteSent, type DeliveryPorts } from "../queue/deliver.ts";
import { queuedIndices } from "../progress/progress.ts";
import type { FleetObservation } from "./fleet-observation.ts";

/**
 * Longer than SQS's counts may be wrong (a minute), than any submit takes, and than a worker takes to hear of a change.
 */
const quietMs = 120_000;
/** At most this many in one run. The rest is sent when these have left the queue. */
const sentAtOnce = 5000;

/** The state of a batch. */
export interface Standing {
  readonly progress: ProgressRecord;
  readonly control: ControlRecord | null;
  /** Items that have a result, folded or not. */
  readonly committed: ReadonlySet<number>;
}

/**
 * Sends a batch's open items again in two cases. First, when its model's queues are empty, so that no message can be
 * for these items. Second, at any depth, when not all were sent or workers took some out of the queue. A held batch is
 * left alone: workers would only take its messages out again.
 */
export async function resend(
  ports: DeliveryPorts,
  batch: BatchRecord,
  { progress, control, committed }: Standing,
  observed: FleetObservation,
): Promise<void> {
  if (!mayBeLost(batch, progress, control, observed)) return;
  const lost = queuedIndices(progress).filter((index) => !committed.has(index));
  if (lost.length === 0) return;
  ports.log.warn("sending open items again that are in no queue", {
    batchId: batch.id,
    items: lost.length,
  });
  const items = await itemsAt(ports.store, batch, lost.slice(0, sentAtOnce));
  // Noted before they are sent: if this run is cut off, the items are late instead of sent twice.
  await noteSent(ports, progress, observed.nowMs);
  await deliver(ports, batch, items, true);
}

function mayBeLost(
  batch: BatchRecord,
  progress: ProgressRecord,
  control: ControlRecord | null,
  observed: FleetObservation,
): boolean {
  if (control !== null && control.held !== null) return false;
  const lastMs = Math.max(
    Date.parse(progress.sent_at ?? batch.submitted_at),
    control === null ? 0 : Date.parse(control.at),
  );
  if (observed.nowMs - lastMs < quietMs) return false;
  if (progress.sent_at === null) return true;
  const depth = observed.queueDepths.get(batch.model);
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
