/** What a batch has cost so far: pure, for the API's view and for the budget that a batch may have. */
import type { WorkerRecord } from "../contract/fleet-records.ts";
import type { BatchId } from "../contract/ids.ts";
import { ranSeconds } from "./bill.ts";
import type { LedgerEntry } from "./ledger.ts";
import { partsOf, shareOf } from "./shares.ts";

export interface Spending {
  readonly micros: number;
  /** Of the machines' time, the batch's share. */
  readonly instanceSeconds: number;
}

export function spentOn(batchId: BatchId, machines: readonly LedgerEntry[], nowMs: number): Spending {
  let micros = 0;
  let instanceSeconds = 0;
  for (const entry of machines.filter((one) => shareOf(one, batchId) > 0)) {
    const own = partsOf(entry, nowMs).filter((part) => part.batchId === batchId);
    micros += own.reduce((total, part) => total + part.micros, 0);
    instanceSeconds += ranSeconds(entry, nowMs) * shareOf(entry, batchId);
  }
  return { micros, instanceSeconds };
}

/** The entry of a machine that runs, with what its heartbeat tells. */
export const servedBy = (entry: LedgerEntry, worker: WorkerRecord | null): LedgerEntry =>
  worker === null ? entry : { ...entry, gpu_seconds_by_batch: worker.gpu_seconds_by_batch };
