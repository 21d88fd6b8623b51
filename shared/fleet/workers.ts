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
