import type { BatchView } from "../contract/api.ts";
import type { BatchRecord, ProgressRecord } from "../contract/batch-records.ts";
import { workerRecordSchema, type LedgerRecord, type WorkerRecord } from "../contract/fleet-records.ts";
import { instanceIdSchema } from "../contract/ids.ts";
import { fleetKeys } from "../contract/keys.ts";
import { readLedgers } from "../fleet/ledger.ts";
import { batchCost, usd } from "../fleet/money.ts";
import type { ObjectStore } from "../ports.ts";
import { readRecord } from "../records/records.ts";

export const noCost: BatchView["cost"] = { accrued_usd: "0.00", instance_seconds: 0 };

/** What a batch has cost until now. */
export async function readCost(
  store: ObjectStore,
  batch: BatchRecord,
  progress: ProgressRecord,
  nowMs: number,
): Promise<BatchView["cost"]> {
  if (progress.instances.length === 0) return noCost;
  const untilMs = progress.ended_at === null ? nowMs : Date.parse(progress.ended_at);
  const ledgers = await readLedgers(store, Date.parse(batch.submitted_at), untilMs);
  const workers = await liveWorkers(store, progress, ledgers);
  const { accruedUsd, instanceSeconds } = batchCost(batch.id, progress.instances, ledgers, workers, nowMs);
  return { accrued_usd: usd(accruedUsd), instance_seconds: Math.round(instanceSeconds) };
}

/** Of the batch's machines that have not ended: their heartbeats are newer than the ledger. */
async function liveWorkers(
  store: ObjectStore,
  progress: ProgressRecord,
  ledgers: readonly LedgerRecord[],
): Promise<readonly WorkerRecord[]> {
  const live = ledgers
    .flatMap(({ instances }) => Object.entries(instances))
    .filter(([id, entry]) => entry.ended_at === null && progress.instances.some((own) => own === id));
  const records = await Promise.all(
    live.map(([id]) => readRecord(store, fleetKeys.worker(instanceIdSchema.parse(id)), workerRecordSchema)),
  );
  return records.flatMap((record) => (record === null ? [] : [record.value]));
}
