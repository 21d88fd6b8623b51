/** What a batch has cost so far: pure, for the API's view and for the budget that a batch may have. */
import type { WorkerRecord } from "../contract/records/fleet-records.ts";
import type { BatchId } from "../contract/ids.ts";
import { billedSeconds, ranSeconds } from "./bill.ts";
import type { LedgerEntry } from "./ledger/ledger.ts";
import { partsOf, shareOf } from "./receipts/shares.ts";

export interface Spending {
  readonly micros: number;
  readonly machines: readonly MachineTime[];
}

/** Of one machine's time, the batch's share. */
export interface MachineTime {
  readonly seconds: number;
  /** A minute of the machine at least, or nothing of one that EC2 took within its first hour. */
  readonly billedSeconds: number;
}

export function spentOn(batchId: BatchId, machines: readonly LedgerEntry[], nowMs: number): Spending {
  let micros = 0;
  const times: MachineTime[] = [];
  for (const entry of machines.filter((one) => shareOf(one, batchId) > 0)) {
    const own = partsOf(entry, nowMs).filter((part) => part.batchId === batchId);
    micros += own.reduce((total, part) => total + part.micros, 0);
    times.push(timeOf(batchId, entry, nowMs));
  }
  return { micros, machines: times };
}

export function timeOf(batchId: BatchId, entry: LedgerEntry, nowMs: number): MachineTime {
  const share = shareOf(entry, batchId);
  return { seconds: ranSeconds(entry, nowMs) * share, billedSeconds: billedSeconds(entry, nowMs) * share };
}

/** The entry of a machine that runs, with what its heartbeat tells. */
export const servedBy = (entry: LedgerEntry, worker: WorkerRecord | null): LedgerEntry =>
  worker === null ? entry : { ...entry, gpu_seconds_by_batch: worker.gpu_seconds_by_batch };
