/** What a batch has cost so far, for the API and for the batch's own budget. Pure. */
import type { WorkerRecord } from "../contract/records/fleet-records.ts";
import type { BatchId } from "../contract/ids.ts";
import { billedSeconds, ranSeconds } from "./bill.ts";
import type { LedgerEntry } from "./ledger/ledger.ts";
import { partsOf, shareOf } from "./receipts/shares.ts";

export interface Spending {
  readonly micros: number;
  readonly machines: readonly MachineTime[];
}

/** The batch's share of one machine's time. */
export interface MachineTime {
  readonly seconds: number;
  /** A minute of the machine at least; nothing if EC2 took it back within its first hour. */
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

/** The ledger entry of a running machine, brought up to date with its heartbeat. */
export const servedBy = (entry: LedgerEntry, worker: WorkerRecord | null): LedgerEntry =>
  worker === null ? entry : { ...entry, gpu_seconds_by_batch: worker.gpu_seconds_by_batch };
