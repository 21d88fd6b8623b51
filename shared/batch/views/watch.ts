/** Waits until a batch changes. */
import type { BatchView } from "../../contract/api/api.ts";
import type { BatchRecord } from "../../contract/records/batch-records.ts";
import { decisionRecordSchema } from "../../contract/records/fleet-records.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import { readLatch } from "../../interlock/latch.ts";
import type { Clock, ObjectStore } from "../../ports.ts";
import { readRecord, type RecordPorts } from "../../records/records.ts";
import { noCost, readCost, readReceipt } from "../../billing/receipts/batch-cost.ts";
import { readBatch, readControl, readProgress } from "../progress/batch-files.ts";
import { batchView, type BatchFacts } from "./batch-view.ts";
import { takePlace } from "./waiting-places.ts";

export type WatchPorts = RecordPorts;
export interface Watched {
  readonly view: BatchView;
  /** A hash of the view without its cost so far: the cost grows every second, and must not end the wait. */
  readonly fingerprint: string;
  /** The limit of waiting requests is reached, so this one was answered at once. */
  readonly isCrowded: boolean;
}
export type Fingerprint = (text: string) => string;

const pollMs = 1000;

export interface Wait {
  /** 0: do not wait. */
  readonly ms: number;
  /** How many requests may wait at once. */
  readonly most: number;
}

/**
 * The batch as it is now, or as soon as it differs from what the caller knows.
 * @param isKnown whether the caller already has the view with that fingerprint
 * @param wait how long to wait for a new view; an ended batch does not change any more
 */
export async function watchBatch(
  batch: BatchRecord,
  isKnown: (fingerprint: string) => boolean,
  wait: Wait,
  ports: WatchPorts,
  fingerprintOf: Fingerprint,
): Promise<Watched> {
  const untilMs = ports.clock.nowMs() + wait.ms;
  const look = async (): Promise<Look> => {
    // Its totals, or its faults, are told when its upload is checked.
    const current = batch.total > 0 ? batch : ((await readBatch(ports.store, batch.id)) ?? batch);
    const facts = await readFacts(current, ports.store);
    return { batch: current, facts, fingerprint: fingerprintOf(JSON.stringify(batchView(current, facts))) };
  };
  const isDone = ({ facts, fingerprint }: Look): boolean =>
    !isKnown(fingerprint) || facts.progress.ended_at !== null || ports.clock.nowMs() >= untilMs;
  const first = await look();
  const place = isDone(first) ? null : await takePlace(ports, wait.most, untilMs);
  const last =
    place === null ? first : await lookUntil(isDone, look, untilMs, ports.clock).finally(() => place.leave());
  return {
    view: await withCost(last.batch, last.facts, ports),
    fingerprint: last.fingerprint,
    isCrowded: place === null && !isDone(first),
  };
}

interface Look {
  readonly batch: BatchRecord;
  readonly facts: BatchFacts;
  readonly fingerprint: string;
}

async function lookUntil(
  isDone: (one: Look) => boolean,
  look: () => Promise<Look>,
  untilMs: number,
  clock: Clock,
): Promise<Look> {
  for (;;) {
    await clock.sleep(Math.min(pollMs, Math.max(0, untilMs - clock.nowMs())));
    const one = await look();
    if (isDone(one)) return one;
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
  const cost = await readCost(ports.store, { batch, progress: facts.progress }, ports.clock.nowMs());
  return batchView(batch, { ...facts, cost });
}
