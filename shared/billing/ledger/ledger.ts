/** `fleet/ledger/{day}.json`: every machine, under the day (UTC) of the launch that brought it. */
import type { LedgerRecord } from "../../contract/records/fleet-records.ts";
import { ledgerRecordSchema } from "../../contract/records/fleet-records.ts";
import { intentTimeMs, type InstanceId } from "../../contract/ids.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { FleetInstance, ObjectStore } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import { readRecord, updateRecord } from "../../records/records.ts";
import { dayOf } from "../bill.ts";

export type LedgerEntry = LedgerRecord["instances"][string];
export type LedgerEntries = LedgerRecord["instances"];

/** True also where the ledger does not say, which was written when a stage had one type. */
export const isOfType = (
  { instance_type: type }: LedgerEntry,
  { instanceType }: { readonly instanceType: string | null },
): boolean => type === null || type === instanceType;

const dayMs = 86_400_000;

/** The day of the launch as its intent says it. EC2's own time may be on the other side of midnight. */
export const ledgerDayOf = ({ intentId, launchedMs }: FleetInstance): string =>
  dayOf(intentId === null ? launchedMs : intentTimeMs(intentId));

export async function readLedger(store: ObjectStore, day: string): Promise<LedgerRecord> {
  const record = await readRecord(store, fleetKeys.ledger(day), ledgerRecordSchema);
  return record?.value ?? { v: 1, day, instances: {} };
}

/** The days whose ledgers can hold a machine that runs now, or one that has just ended after this lifetime. */
export const recentDays = (nowMs: number, longestMs: number): readonly string[] => [
  ...new Set([dayOf(nowMs), dayOf(nowMs - Math.min(longestMs, dayMs))]),
];

/** The days whose ledgers can hold a machine that ran between two times. It may have been launched the day before. */
export function ledgerDays(fromMs: number, toMs: number): readonly string[] {
  const days: string[] = [];
  for (let timeMs = fromMs - dayMs; dayOf(timeMs) <= dayOf(toMs); timeMs += dayMs) days.push(dayOf(timeMs));
  return days;
}

/** The ledgers of {@link ledgerDays}. */
export const readLedgers = async (
  store: ObjectStore,
  fromMs: number,
  toMs: number,
): Promise<readonly LedgerRecord[]> =>
  Promise.all(ledgerDays(fromMs, toMs).map((day) => readLedger(store, day)));

/**
 * Changes a day's entries.
 * @param change may run several times; unchanged entries are not written again
 */
export async function updateLedger(
  ports: RecordPorts,
  day: string,
  change: (entries: Readonly<LedgerEntries>) => LedgerEntries,
): Promise<LedgerRecord> {
  const stored = await updateRecord(ports, fleetKeys.ledger(day), ledgerRecordSchema, (current) => {
    const before = current ?? { v: 1, day, instances: {} };
    const instances = change(before.instances);
    return JSON.stringify(instances) === JSON.stringify(before.instances) ? null : { ...before, instances };
  });
  return stored ?? { v: 1, day, instances: {} };
}

/** The entries, plus those added entries that are new. */
export const withNew = (entries: Readonly<LedgerEntries>, added: Readonly<LedgerEntries>): LedgerEntries => ({
  ...entries,
  ...Object.fromEntries(Object.entries(added).filter(([id]) => entries[id] === undefined)),
});

export const entryOf = (ledgers: readonly LedgerRecord[], id: InstanceId): LedgerEntry | null =>
  ledgers.map(({ instances }) => instances[id]).find((entry) => entry !== undefined) ?? null;
