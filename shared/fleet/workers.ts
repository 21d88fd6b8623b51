import type { WorkerRecord } from "../contract/fleet-records.ts";
import { workerRecordSchema } from "../contract/fleet-records.ts";
import type { InstanceId } from "../contract/ids.ts";
import { fleetKeys } from "../contract/keys.ts";
import type { ObjectStore } from "../ports.ts";
import { readRecord } from "../records/records.ts";

/** The heartbeats of these machines; one that has written none is not in the answer. */
export async function readWorkers(
  store: ObjectStore,
  instanceIds: readonly InstanceId[],
): Promise<ReadonlyMap<InstanceId, WorkerRecord>> {
  const records = await Promise.all(
    instanceIds.map((id) => readRecord(store, fleetKeys.worker(id), workerRecordSchema)),
  );
  return new Map(
    records.flatMap((record) => (record === null ? [] : [[record.value.instance_id, record.value]])),
  );
}

/**
 * Audio seconds that a machine of each model makes in a busy second, over all that was made: a machine that
 * has made much weighs more than one that has just begun.
 */
export function measuredRates(workers: Iterable<WorkerRecord>): Record<string, number> {
  const totals = new Map<string, { audioSeconds: number; busySeconds: number }>();
  for (const { model, audio_seconds_made: made, audio_seconds_per_second: rate } of workers) {
    if (rate === null || rate <= 0 || made <= 0) continue;
    const total = totals.get(model) ?? { audioSeconds: 0, busySeconds: 0 };
    totals.set(model, {
      audioSeconds: total.audioSeconds + made,
      busySeconds: total.busySeconds + made / rate,
    });
  }
  return Object.fromEntries(
    [...totals].map(([model, { audioSeconds, busySeconds }]) => [model, audioSeconds / busySeconds]),
  );
}
