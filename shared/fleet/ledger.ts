/** `fleet/ledger/{day}.json`: every machine that ran, under the day of its launch (UTC). */
import type { IntentRecord, LedgerRecord, WorkerRecord } from "../contract/fleet-records.ts";
import { ledgerRecordSchema } from "../contract/fleet-records.ts";
import type { InstanceId } from "../contract/ids.ts";
import { fleetKeys } from "../contract/keys.ts";
import type { FleetInstance, ObjectStore } from "../ports.ts";
import type { RecordPorts } from "../records/records.ts";
import { readRecord, updateRecord } from "../records/records.ts";
import { readIntent } from "./intents.ts";
import { exists } from "./machine.ts";

export type LedgerEntry = LedgerRecord["instances"][string];

const dayMs = 86_400_000;
export const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);

export async function readLedger(store: ObjectStore, day: string): Promise<LedgerRecord> {
  const record = await readRecord(store, fleetKeys.ledger(day), ledgerRecordSchema);
  return record?.value ?? { v: 1, day, instances: {} };
}

/** The ledgers in which a machine that ran between two times can be: it may have been launched the day before. */
export async function readLedgers(
  store: ObjectStore,
  fromMs: number,
  toMs: number,
): Promise<readonly LedgerRecord[]> {
  const days: string[] = [];
  for (let timeMs = fromMs - dayMs; dayOf(timeMs) <= dayOf(toMs); timeMs += dayMs) days.push(dayOf(timeMs));
  return Promise.all(days.map((day) => readLedger(store, day)));
}

/** What one tick knows of a machine that EC2 lists. */
export interface Sighting {
  readonly instance: FleetInstance;
  readonly worker: WorkerRecord | null;
  /** Needed at the first sighting alone. */
  readonly intent: IntentRecord | null;
  /** Why it ends, when that is known. */
  readonly endReason: string | null;
  /** This tick ended it. EC2 bills what we end, also while it waits to be interrupted. */
  readonly endedByUs: boolean;
}

/**
 * Bring one day's ledger up to date.
 * @param sightings of machines that were launched on that day.
 * @param unpricedUsd an hour of a machine whose launch nobody wrote down.
 */
export async function recordSightings(
  ports: RecordPorts,
  day: string,
  sightings: readonly Sighting[],
  unpricedUsd: number,
): Promise<LedgerRecord> {
  const now = new Date(ports.clock.nowMs()).toISOString();
  const stored = await updateRecord(ports, fleetKeys.ledger(day), ledgerRecordSchema, (current) => {
    const before = current ?? { v: 1, day, instances: {} };
    const instances = withGoneEnded(before.instances, sightings);
    for (const sighting of sightings) {
      const { instanceId } = sighting.instance;
      const earlier = instances[instanceId] ?? firstEntry(sighting, now, unpricedUsd);
      instances[instanceId] = seenAgain(earlier, sighting, now);
    }
    return JSON.stringify(instances) === JSON.stringify(before.instances) ? null : { ...before, instances };
  });
  return stored ?? { v: 1, day, instances: {} };
}

/** EC2 forgets a machine an hour after its end: one that it no longer lists ended when it was last seen. */
function withGoneEnded(
  entries: Readonly<Record<string, LedgerEntry>>,
  sightings: readonly Sighting[],
): Record<string, LedgerEntry> {
  const listed = new Set<string>(sightings.map(({ instance }) => instance.instanceId));
  return Object.fromEntries(
    Object.entries(entries).map(([id, entry]) => [
      id,
      listed.has(id) || entry.ended_at !== null ? entry : { ...entry, ended_at: entry.seen_at },
    ]),
  );
}

function firstEntry(
  { instance, intent }: Pick<Sighting, "instance" | "intent">,
  now: string,
  unpricedUsd: number,
): LedgerEntry {
  const pool = intent?.pools.find(({ zone }) => zone === instance.zone);
  return {
    zone: instance.zone,
    market: instance.market,
    price_usd_per_hour: pool?.price_usd_per_hour ?? unpricedUsd,
    model: instance.model,
    intent_id: intent?.id ?? null,
    launched_at: new Date(instance.launchedMs).toISOString(),
    ready_at: null,
    seen_at: now,
    ended_at: null,
    end_reason: null,
    audio_seconds_per_second: null,
    gpu_seconds_by_batch: {},
  };
}

function seenAgain(
  entry: LedgerEntry,
  { instance, worker, endReason, endedByUs }: Sighting,
  now: string,
): LedgerEntry {
  const there = exists(instance);
  return {
    ...entry,
    ready_at: worker?.ready_at ?? entry.ready_at,
    seen_at: there ? now : entry.seen_at,
    // A list that lags behind still shows what an event, or an earlier list, saw end: it may also be right.
    ended_at: there ? null : (entry.ended_at ?? now),
    end_reason: endedByUs ? endReason : (entry.end_reason ?? endReason),
    audio_seconds_per_second: worker?.audio_seconds_per_second ?? entry.audio_seconds_per_second,
    gpu_seconds_by_batch: worker?.gpu_seconds_by_batch ?? entry.gpu_seconds_by_batch,
  };
}

/**
 * Begin a machine's entry at its first sign of life, so that one that lives shorter than a tick is paid for too.
 * @param unpricedUsd an hour of a machine whose launch nobody wrote down.
 */
export async function noteStart(
  ports: RecordPorts,
  instance: FleetInstance,
  unpricedUsd: number,
): Promise<void> {
  const intent = instance.intentId === null ? null : await readIntent(ports.store, instance.intentId);
  const day = dayOf(instance.launchedMs);
  const now = new Date(ports.clock.nowMs()).toISOString();
  await updateRecord(ports, fleetKeys.ledger(day), ledgerRecordSchema, (current) => {
    const ledger = current ?? { v: 1, day, instances: {} };
    if (ledger.instances[instance.instanceId] !== undefined) return null;
    const entry = firstEntry({ instance, intent }, now, unpricedUsd);
    return { ...ledger, instances: { ...ledger.instances, [instance.instanceId]: entry } };
  });
}

/** Write down when, or why, a machine ends, as an event told it; the first word on each stays. */
export async function noteEnd(
  ports: RecordPorts,
  instance: FleetInstance,
  end: { readonly endedAt: string | null; readonly reason: "interruption" | null },
): Promise<void> {
  const key = fleetKeys.ledger(dayOf(instance.launchedMs));
  await updateRecord(ports, key, ledgerRecordSchema, (ledger) => {
    const entry = ledger?.instances[instance.instanceId];
    if (ledger == null || entry === undefined) return null;
    const ended = {
      ...entry,
      ended_at: entry.ended_at ?? end.endedAt,
      end_reason: entry.end_reason ?? end.reason,
    };
    return { ...ledger, instances: { ...ledger.instances, [instance.instanceId]: ended } };
  });
}

export const entryOf = (ledgers: readonly LedgerRecord[], id: InstanceId): LedgerEntry | null =>
  ledgers.map(({ instances }) => instances[id]).find((entry) => entry !== undefined) ?? null;
