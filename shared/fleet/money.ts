import type { LedgerRecord, WorkerRecord } from "../contract/fleet-records.ts";
import type { BatchId } from "../contract/ids.ts";

type Entry = LedgerRecord["instances"][string];

const freeSeconds = 3600;

/** How long a machine was there, until it ended or until now. */
export function secondsOf(entry: Entry, nowMs: number): number {
  const endMs = entry.ended_at === null ? nowMs : Date.parse(entry.ended_at);
  return Math.max(0, endMs - Date.parse(entry.launched_at)) / 1000;
}

/**
 * What a machine has cost, in USD.
 * AWS does not bill a spot machine that it takes back within the machine's first hour.
 * @see EC2 user guide, "Billing for interrupted Spot Instances"
 */
export function costOf(entry: Entry, nowMs: number): number {
  const seconds = secondsOf(entry, nowMs);
  const takenBack = entry.ended_at !== null && entry.end_reason === "interruption";
  if (entry.market === "spot" && takenBack && seconds < freeSeconds) return 0;
  return (seconds * entry.price_usd_per_hour) / 3600;
}

/** The part of a heartbeat that costs are shared out by. */
type EngineTime = { readonly instance_id: string } & Pick<WorkerRecord, "gpu_seconds_by_batch">;

export interface BatchCost {
  readonly accruedUsd: number;
  readonly instanceSeconds: number;
}

/**
 * A batch's share of every machine that worked on it, by engine seconds: the boot and the idle time of a
 * machine are shared out like its work, so the shares of all batches sum to what the machine cost.
 * @param workedOn machines known to have worked on the batch: one whose heartbeat has not told of any engine
 *   time yet counts whole, for a cost that is corrected a moment later beats none.
 * @param workers heartbeats of machines that still run: newer than what the ledger holds of them.
 */
export function batchCost(
  batchId: BatchId,
  workedOn: readonly string[],
  ledgers: readonly LedgerRecord[],
  workers: readonly EngineTime[],
  nowMs: number,
): BatchCost {
  const live = new Map<string, EngineTime>(workers.map((worker) => [worker.instance_id, worker]));
  let accruedUsd = 0;
  let instanceSeconds = 0;
  for (const [id, entry] of ledgers.flatMap((ledger) => Object.entries(ledger.instances))) {
    const gpuSeconds = live.get(id)?.gpu_seconds_by_batch ?? entry.gpu_seconds_by_batch;
    const total = Object.values(gpuSeconds).reduce((sum, seconds) => sum + seconds, 0);
    const untold = workedOn.includes(id) ? 1 : 0;
    const share = total > 0 ? (gpuSeconds[batchId] ?? 0) / total : untold;
    accruedUsd += costOf(entry, nowMs) * share;
    instanceSeconds += secondsOf(entry, nowMs) * share;
  }
  return { accruedUsd, instanceSeconds };
}

/** As the API writes money: at least cents, at most micro-dollars. */
export function usd(amount: number): string {
  const exact = amount.toFixed(6);
  return exact.replace(/0{1,4}$/, "");
}
