/**
 * Machines that exist although EC2's list leaves them out. The list is eventually consistent: it may miss a machine for
 * a moment, and it shows an ended one for an hour. So a machine also exists if the ledger has no end for it, or if its
 * heartbeat still changes. A machine that has ended is still reported until its account is closed.
 */
import type { StageConfig } from "../../config.ts";
import type { LedgerRecord, WorkerRecord } from "../../contract/records/fleet-records.ts";
import { workerRecordSchema } from "../../contract/records/fleet-records.ts";
import { instanceIdSchema, type InstanceId } from "../../contract/ids.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { Clock, FleetInstance, InstanceState, ObjectStore } from "../../ports.ts";
import { readRecord } from "../../records/records.ts";
import { entryOf, type LedgerEntry } from "../../billing/ledger/ledger.ts";
import { isBeating } from "./machine.ts";

/** @param beating heartbeats that changed lately: the only trace of machines that are in no ledger */
export function unlistedMachines(
  listed: readonly FleetInstance[],
  ledgers: readonly LedgerRecord[],
  beating: readonly WorkerRecord[] = [],
): readonly FleetInstance[] {
  const isListed = new Set<string>(listed.map(({ instanceId }) => instanceId));
  const booked = ledgers.flatMap(({ instances }) => Object.entries(instances));
  const isBooked = new Set(booked.map(([id]) => id));
  return [
    ...booked
      .filter(([id, { closed_at }]) => closed_at === null && !isListed.has(id))
      .map(([id, entry]) => asBooked(instanceIdSchema.parse(id), entry)),
    ...beating
      .filter(({ instance_id: id }) => !isListed.has(id) && !isBooked.has(id))
      .map((worker) => asItSays(worker)),
  ];
}

const asBooked = (instanceId: InstanceId, entry: LedgerEntry): FleetInstance => ({
  instanceId,
  state: stateOf(entry),
  instanceType: entry.instance_type,
  zone: entry.zone,
  market: entry.market,
  launchedMs: Date.parse(entry.launched_at),
  intentId: entry.intent_id,
  model: entry.model,
  expiresMs: null,
  endedBy: null,
});

function stateOf({ running_at, ended_at, terminated_at }: LedgerEntry): InstanceState {
  if (terminated_at !== null) return "terminated";
  if (ended_at !== null) return "shutting-down";
  return running_at === null ? "pending" : "running";
}

const asItSays = (worker: WorkerRecord): FleetInstance => ({
  instanceId: worker.instance_id,
  state: "running",
  instanceType: null,
  zone: worker.zone,
  market: "spot",
  launchedMs: Date.parse(worker.booted_at),
  intentId: null,
  model: worker.model,
  expiresMs: null,
  endedBy: null,
});

/** Reads the heartbeats that changed lately and belong to machines that are in neither EC2's list nor a ledger. */
export async function readBeating(
  { store, clock }: { readonly store: ObjectStore; readonly clock: Clock },
  listed: readonly FleetInstance[],
  ledgers: readonly LedgerRecord[],
  settings: StageConfig,
): Promise<readonly WorkerRecord[]> {
  const isListed = new Set<string>(listed.map(({ instanceId }) => instanceId));
  const { objects } = await store.list(fleetKeys.workersPrefix);
  const keys = objects
    .filter(({ modifiedMs }) => isBeating({ heardMs: modifiedMs }, clock.nowMs(), settings))
    .map(({ key }) => key)
    .filter((key) => {
      const id = fleetKeys.workerIdOf(key);
      return id !== null && !isListed.has(id) && entryOf(ledgers, id) === null;
    });
  const records = await Promise.all(keys.map((key) => readRecord(store, key, workerRecordSchema)));
  return records.flatMap((record) => (record === null ? [] : [record.value]));
}
