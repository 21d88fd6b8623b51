/**
 * What machines have cost up to now, for the budgets: the ledgers, brought up to this moment. Pure. Where a ledger does
 * not say enough yet, the highest possible cost is used.
 */
import type { StageConfig } from "../config.ts";
import type {
  IntentRecord,
  LedgerRecord,
  MeasuresRecord,
  TimeSpent,
} from "../contract/records/fleet-records.ts";
import type { InstanceId } from "../contract/ids.ts";
import type { FleetInstance, Pool } from "../ports.ts";
import { atMost, billUsd, priceNow } from "./bill.ts";
import { entryOf, isOfType, ledgerDayOf, type LedgerEntries, type LedgerEntry } from "./ledger/ledger.ts";
import { newEntry } from "./ledger/ledger-notes.ts";
import { spentOn, spentUsd } from "./measures/measures.ts";
import { allInUsdPerHour } from "./prices.ts";

/**
 * What an hour of a machine costs, and its cost so far that no batch bears. Null: not known, or it has served a batch.
 */
export interface MachineCosts {
  readonly usdPerHour: number | null;
  readonly unservedUsd: number | null;
  /** It is in a ledger: what a batch has cost is reckoned from those. */
  readonly isEntered: boolean;
}

/** The records that costs are computed from. */
export interface CostSources {
  readonly instances: readonly FleetInstance[];
  /** The ledgers of the days of these machines. For other days the measures give the cost, and it no longer changes. */
  readonly ledgers: readonly LedgerRecord[];
  readonly measures: MeasuresRecord;
  readonly pools: readonly Pool[];
  /** Of the machines that are in no ledger yet: they cost what their launch was asked for. */
  readonly intents: readonly IntentRecord[];
}

export function knownCosts(
  { instances, ledgers, measures, pools, intents }: CostSources,
  settings: StageConfig,
  nowMs: number,
): { readonly spent: ReturnType<typeof spentUsd>; readonly of: (id: InstanceId) => MachineCosts | null } {
  const unknown = Object.fromEntries(
    instances
      .filter(({ instanceId }) => entryOf(ledgers, instanceId) === null)
      .map((instance) => [
        instance.instanceId,
        newEntry(
          instance,
          intentOf(instance, intents),
          new Date(instance.launchedMs).toISOString(),
          settings,
        ),
      ]),
  );
  const days = ledgers.map(({ day, instances: entries }) => [day, spentAtMost(entries, nowMs)] as const);
  const spent = { ...measures.spent_usd, ...Object.fromEntries(days), unknown: spentAtMost(unknown, nowMs) };
  return {
    spent: spentUsd({ spent_usd: spent }, nowMs),
    of: (id) => {
      const entered = entryOf(ledgers, id);
      const entry = entered ?? unknown[id];
      return entry === undefined ? null : { ...costsOf(entry, pools, nowMs), isEntered: entered !== null };
    },
  };
}

const intentOf = ({ intentId }: FleetInstance, intents: readonly IntentRecord[]): IntentRecord | null =>
  intents.find(({ id }) => id === intentId) ?? null;

const spentAtMost = (entries: LedgerEntries, nowMs: number): Record<string, number> =>
  spentOn(Object.values(entries), nowMs);

export const daysOf = (instances: readonly FleetInstance[]): readonly string[] => [
  ...new Set(instances.map(ledgerDayOf)),
];

/** It has made something for a batch. */
export const hasServed = ({ gpu_seconds_by_batch: byBatch }: TimeSpent): boolean =>
  Object.values(byBatch).some((seconds) => seconds > 0);

/** The next hour is priced at what the pool costs now, if that is more. */
function costsOf(entry: LedgerEntry, pools: readonly Pool[], nowMs: number): Omit<MachineCosts, "isEntered"> {
  const pool = pools.find((one) => one.zone === entry.zone && isOfType(entry, one));
  const poolUsd = pool?.priceUsdPerHour ?? 0;
  const ownUsd = priceNow(atMost(entry), nowMs);
  const usdPerHour = entry.market === "spot" ? Math.max(ownUsd, poolUsd) : ownUsd;
  return {
    usdPerHour: allInUsdPerHour(usdPerHour, entry.extras, nowMs),
    unservedUsd: hasServed(entry) ? null : billUsd(atMost(entry), nowMs),
  };
}
