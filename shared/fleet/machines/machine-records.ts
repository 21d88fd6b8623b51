/** What a machine says of itself, and what it was told. */
import type { DrainRecord, WorkerRecord } from "../../contract/records/fleet-records.ts";
import { workerRecordSchema } from "../../contract/records/fleet-records.ts";
import type { InstanceId } from "../../contract/ids.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { FleetInstance, ObjectStore } from "../../ports.ts";
import { readRecord } from "../../records/records.ts";
import { readDrain } from "./drain.ts";
import { isExcused } from "../../billing/measures/unused-machines.ts";

export interface MachineRecords {
  /** Its heartbeat. Null: it has written none, which says nothing of what it does. */
  readonly worker: WorkerRecord | null;
  /** When the store took that heartbeat, by the store's clock: a machine lives while its record changes. */
  readonly heardMs: number | null;
  /** Null: nobody told it to leave. */
  readonly drain: DrainRecord | null;
}

export const noRecords: MachineRecords = { worker: null, heardMs: null, drain: null };

/** For how long it has written no heartbeat; of one that has written none, for ever. */
export const silentMs = ({ heardMs }: Pick<MachineRecords, "heardMs">, nowMs: number): number =>
  heardMs === null ? Infinity : nowMs - heardMs;

export async function readMachineRecords(
  store: ObjectStore,
  machines: readonly Pick<FleetInstance, "instanceId">[],
): Promise<ReadonlyMap<InstanceId, MachineRecords>> {
  const read = machines.map(async ({ instanceId: id }) => {
    const [worker, drain] = await Promise.all([
      readRecord(store, fleetKeys.worker(id), workerRecordSchema),
      readDrain(store, id),
    ]);
    return [id, { worker: worker?.value ?? null, heardMs: worker?.modifiedMs ?? null, drain }] as const;
  });
  return new Map(await Promise.all(read));
}

/** By its own word, if it gave one: of a machine that is on its way out, or gone. */
export const saysUnused = ({ worker, drain }: MachineRecords): boolean =>
  worker?.messages_received === 0 &&
  worker.ready_at !== null &&
  (worker.reason === null ? drain === null : !isExcused(worker.reason));
