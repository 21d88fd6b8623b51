import type { BatchView } from "../contract/api.ts";
import type { BatchRecord } from "../contract/batch-records.ts";
import { decisionRecordSchema } from "../contract/fleet-records.ts";
import { fleetKeys } from "../contract/keys.ts";
import { readLatch } from "../fleet/latch.ts";
import type { Clock, ObjectStore } from "../ports.ts";
import { readRecord } from "../records/records.ts";
import { noCost, readCost, readReceipt } from "./batch-cost.ts";
import { readControl, readProgress } from "./batch-files.ts";
import { batchView, type BatchFacts } from "./batch-view.ts";

export interface WatchPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
}
export interface Watched {
  readonly view: BatchView;
  /** Of the view but for its cost so far, which grows by the second and is no reason to wake anyone. */
  readonly fingerprint: string;
}
export type Fingerprint = (text: string) => string;

const pollMs = 1000;

/**
 * The batch as it is now, or as soon as it differs from what the caller knows.
 * @param isKnown whether the caller has the view of that fingerprint already
 * @param waitMs for how long to wait for a view that it does not have; an ended batch changes no more
 */
export async function watchBatch(
  batch: BatchRecord,
  isKnown: (fingerprint: string) => boolean,
  waitMs: number,
  ports: WatchPorts,
  fingerprintOf: Fingerprint,
): Promise<Watched> {
  const untilMs = ports.clock.nowMs() + waitMs;
  for (;;) {
    const facts = await readFacts(batch, ports.store);
    const fingerprint = fingerprintOf(JSON.stringify(batchView(batch, facts)));
    const leftMs = untilMs - ports.clock.nowMs();
    if (!isKnown(fingerprint) || facts.progress.ended_at !== null || leftMs <= 0)
      return { view: await withCost(batch, facts, ports), fingerprint };
    await ports.clock.sleep(Math.min(pollMs, leftMs));
  }
}

async function readFacts(batch: BatchRecord, store: ObjectStore): Promise<BatchFacts> {
  const [progress, control, snapshot, latch] = await Promise.all([
    readProgress(store, batch),
    readControl(store, batch.id),
    readSnapshot(store),
    readLatch(store),
  ]);
  const receipt = await readReceipt(store, batch, progress);
  return { progress, control, snapshot, latch, cost: { ...noCost, receipt } };
}

/** The fleet's last decision; null before the first. */
export const readSnapshot = async (store: ObjectStore): Promise<BatchFacts["snapshot"]> =>
  (await readRecord(store, fleetKeys.snapshot, decisionRecordSchema))?.value ?? null;

async function withCost(batch: BatchRecord, facts: BatchFacts, ports: WatchPorts): Promise<BatchView> {
  const cost = await readCost(ports.store, batch, facts.progress, ports.clock.nowMs());
  return batchView(batch, { ...facts, cost });
}
