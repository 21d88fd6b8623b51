/** The records of one machine: what it says of itself, and what it was told to do. */
import type { DrainRecord, UnusedEnd, WorkerRecord } from "../../contract/records/fleet-records.ts";
import { drainRecordSchema, workerRecordSchema } from "../../contract/records/fleet-records.ts";
import type { InstanceId } from "../../contract/ids.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { FleetInstance, ObjectStore } from "../../ports.ts";
import { readIfReadable } from "../../records/records.ts";
import { isExcused } from "../../billing/measures/unused-machines.ts";

export interface MachineRecords {
  /** Its heartbeat. Null: it has written none, or one that cannot be read; nothing is known of its state. */
  readonly worker: WorkerRecord | null;
  /** When the heartbeat was stored, by the store's clock. A machine is alive while its heartbeat changes. */
  readonly heardMs: number | null;
  /** Null: it was not told to leave, or by an order that cannot be read. */
  readonly drain: DrainRecord | null;
}

export const noRecords: MachineRecords = { worker: null, heardMs: null, drain: null };

/** How long ago its last heartbeat was; infinite when it has written none. */
export const silentMs = ({ heardMs }: Pick<MachineRecords, "heardMs">, nowMs: number): number =>
  heardMs === null ? Infinity : nowMs - heardMs;

/** `unreadable`: the keys of records that are there and cannot be read. */
export async function readMachineRecords(
  store: ObjectStore,
  machines: readonly Pick<FleetInstance, "instanceId">[],
): Promise<{
  readonly records: ReadonlyMap<InstanceId, MachineRecords>;
  readonly unreadable: readonly string[];
}> {
  const read = await Promise.all(
    machines.map(async ({ instanceId: id }) => {
      const keys = [fleetKeys.worker(id), fleetKeys.drain(id)] as const;
      const [worker, drain] = await Promise.all([
        readIfReadable(store, keys[0], workerRecordSchema),
        readIfReadable(store, keys[1], drainRecordSchema),
      ]);
      const own: MachineRecords = {
        worker: worker?.value ?? null,
        heardMs: worker?.modifiedMs ?? null,
        drain: drain?.value ?? null,
      };
      const unreadable = keys.filter((_key, place) => [worker, drain][place]?.value === null);
      return { id, own, unreadable };
    }),
  );
  return {
    records: new Map(read.map(({ id, own }) => [id, own])),
    unreadable: read.flatMap(({ unreadable }) => unreadable),
  };
}

/**
 * How a machine ends that is on its way out, or gone, and says that it received no message. Null when it does not say
 * that, or is excused.
 */
export function unusedEndSaid({ worker, drain }: MachineRecords): UnusedEnd | null {
  if (worker?.messages_received !== 0 || worker.ready_at === null) return null;
  if (worker.reason === null) return drain === null ? "died" : null;
  return isExcused(worker.reason) ? null : "looked";
}

/** It beats, and what it writes cannot be read: its worker may be of another version than the functions. */
export const isUnreadable = ({ worker, heardMs }: Pick<MachineRecords, "worker" | "heardMs">): boolean =>
  worker === null && heardMs !== null;
