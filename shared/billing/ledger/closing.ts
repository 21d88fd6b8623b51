/**
 * When a machine's account is closed, and with which prices. Until then its ledger holds the prices that the launcher
 * saw. A price may have come and gone between two of its looks, so before the account is closed it gets all prices that
 * EC2 tells of the machine's life.
 */
import type { LedgerRecord } from "../../contract/records/fleet-records.ts";
import { runningAtMost } from "../bill.ts";
import type { PriceChange } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import type { LedgerEntry } from "./ledger.ts";
import { isOfType, updateLedger } from "./ledger.ts";

/** For this long after a machine's end, EC2's events and its last heartbeat may still arrive. */
const openAfterEndMs = 120_000;
/** By this time after the end, EC2 should have told who ended the machine, and its prices. Its bill depends on both. */
const toldByMs = 600_000;

export type Due = readonly (readonly [id: string, entry: LedgerEntry])[];

/** Entries that can no longer change. @param before as the tick found them: closing takes two looks */
export const readyToClose = (before: LedgerRecord, after: LedgerRecord, nowMs: number): Due =>
  Object.entries(after.instances).filter(
    ([id, { ended_at, terminated_at, closed_at, ended_by }]) =>
      closed_at === null &&
      ended_at !== null &&
      terminated_at !== null &&
      before.instances[id]?.ended_at != null &&
      nowMs - Date.parse(ended_at) >= (ended_by === null ? toldByMs : openAfterEndMs),
  );

/** Those that do not wait for EC2's prices any longer. */
export const waitedForPrices = (due: Due, nowMs: number): Due =>
  due.filter(
    ([, { market, ended_at }]) => market !== "spot" || nowMs - Date.parse(ended_at ?? "") >= toldByMs,
  );

export interface PricesNeeded {
  /** Of the machines themselves: the configuration may name other types by now. */
  readonly instanceTypes: readonly string[];
  readonly sinceMs: number;
}

/**
 * The prices that must be known. Null: no price of these machines ever changes.
 * @param unknown the type of machines whose ledger names none
 */
export function pricesNeeded(due: Due, unknown: string): PricesNeeded | null {
  const spot = due.map(([, entry]) => entry).filter(({ market }) => market === "spot");
  if (spot.length === 0) return null;
  return {
    instanceTypes: [...new Set(spot.map(({ instance_type }) => instance_type ?? unknown))],
    sinceMs: Math.min(...spot.map(({ launched_at }) => Date.parse(launched_at))),
  };
}

/** @param changes what EC2 tells of the prices in all pools */
export const closeEntries = (
  ports: RecordPorts,
  day: string,
  ids: ReadonlySet<string>,
  changes: readonly PriceChange[],
): Promise<LedgerRecord> => {
  const closedAt = new Date(ports.clock.nowMs()).toISOString();
  return updateLedger(ports, day, (entries) =>
    Object.fromEntries(
      Object.entries(entries).map(([id, entry]) => [
        id,
        ids.has(id) && entry.ended_at !== null && entry.closed_at === null
          ? { ...withChanges(entry, changes), running_at: runningAtMost(entry), closed_at: closedAt }
          : entry,
      ]),
    ),
  );
};

/** What the ledger lacks of the prices between its first one and the machine's end. */
function withChanges(entry: LedgerEntry, changes: readonly PriceChange[]): LedgerEntry {
  if (entry.market !== "spot") return entry;
  const [first, ...later] = entry.prices;
  const known = new Set(later.map(({ since }) => Date.parse(since)));
  const lacking = changes.filter(
    ({ instanceType, zone, atMs }) =>
      zone === entry.zone &&
      isOfType(entry, { instanceType }) &&
      atMs > Date.parse(first.since) &&
      atMs <= Date.parse(entry.ended_at ?? "") &&
      !known.has(atMs),
  );
  const added = lacking.map(({ atMs, usdPerHour }) => ({
    since: new Date(atMs).toISOString(),
    usd_per_hour: usdPerHour,
  }));
  const inOrder = [...later, ...added].sort((a, b) => Date.parse(a.since) - Date.parse(b.since));
  return { ...entry, prices: [first, ...inOrder] };
}
