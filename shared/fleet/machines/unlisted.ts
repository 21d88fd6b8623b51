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
import { readIfReadable } from "../../records/records.ts";
import { entryOf, type LedgerEntry } from "../../billing/ledger/ledger.ts";
import { isBeating } from "./machine.ts";

/** A heartbeat that changed lately. */
interface Beating {
  readonly instanceId: InstanceId;
  readonly heardMs: number;
  /** Null: it cannot be read. Its machine is there all the same. */
  readonly worker: WorkerRecord | null;
}

/** @param beating heartbeats that changed lately: the only trace of machines that are in no ledger */
export function unlistedMachines(
  listed: readonly FleetInstance[],
  ledgers: readonly LedgerRecord[],
  beating: readonly Beating[] = [],
): readonly FleetInstance[] {
  const isListed = new Set<string>(listed.map(({ instanceId }) => instanceId));
  const booked = ledgers.flatMap(({ instances }) => Object.entries(instances));
  const isBooked = new Set(booked.map(([id]) => id));
  return [
    ...booked
      .filter(([id, { closed_at }]) => closed_at === null && !isListed.has(id))
      .map(([id, entry]) => asBooked(instanceIdSchema.parse(id), entry)),
    ...beating
      .filter(({ instanceId: id }) => !isListed.has(id) && !isBooked.has(id))
      .map((one) => asItSays(one)),
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

const asItSays = ({ instanceId, heardMs, worker }: Beating): FleetInstance => ({
  instanceId,
  state: "running",
  instanceType: null,
  zone: worker?.zone ?? "",
  market: "spot",
  launchedMs: worker === null ? heardMs : Date.parse(worker.booted_at),
  intentId: null,
  model: worker?.model ?? null,
  expiresMs: null,
  endedBy: null,
});

/** Reads the heartbeats that changed lately and belong to machines that are in neither EC2's list nor a ledger. */
export async function readBeating(
  { store, clock }: { readonly store: ObjectStore; readonly clock: Clock },
  listed: readonly FleetInstance[],
  ledgers: readonly LedgerRecord[],
  settings: StageConfig,
): Promise<readonly Beating[]> {
  const isListed = new Set<string>(listed.map(({ instanceId }) => instanceId));
  const { objects } = await store.list(fleetKeys.workersPrefix);
  const ids = objects
    .filter(({ modifiedMs }) => isBeating({ heardMs: modifiedMs }, clock.nowMs(), settings))
    .flatMap(({ key }) => fleetKeys.workerIdOf(key) ?? [])
    .filter((id) => !isListed.has(id) && entryOf(ledgers, id) === null);
  const beating = await Promise.all(
    ids.map(async (instanceId) => {
      const record = await readIfReadable(store, fleetKeys.worker(instanceId), workerRecordSchema);
      return record === null ? [] : [{ instanceId, heardMs: record.modifiedMs, worker: record.value }];
    }),
  );
  return beating.flat();
}
