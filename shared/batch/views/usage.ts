/** What was spent, by day, model and batch, from the ledgers alone. */
import type { UsageView } from "../../contract/api/api.ts";
import type { LedgerRecord } from "../../contract/records/fleet-records.ts";
import { batchIdSchema, type BatchId } from "../../contract/ids.ts";
import { amountsView, sumOf } from "../../billing/amounts.ts";
import { ranSeconds } from "../../billing/bill.ts";
import { readLedgers, type LedgerEntry } from "../../billing/ledger/ledger.ts";
import { dearest } from "../../billing/dearest.ts";
import { usdText } from "../../billing/money.ts";
import { partsOf, type Part } from "../../billing/receipts/shares.ts";
import type { Clock, ObjectStore } from "../../ports.ts";
import { ownedBy } from "../progress/owned-by.ts";

/** A range of days, the first and the last included. */
export interface UsageRange {
  readonly from: string;
  readonly to: string;
}

interface Charge extends Part {
  readonly instanceId: string;
  readonly entry: LedgerEntry;
}

/** @param owner whose batches are shown; null: all batches, and machines that served none */
export async function readUsage(
  { store, clock }: { readonly store: ObjectStore; readonly clock: Clock },
  { from, to }: UsageRange,
  owner: string | null,
): Promise<UsageView> {
  const nowMs = clock.nowMs();
  const ledgers = await readLedgers(store, Date.parse(from), Math.min(nowMs, Date.parse(to)));
  const charges = chargesOf(ledgers, nowMs).filter(({ day }) => from <= day && day <= to);
  if (owner === null) return { ...usageView(charges, from, to), ...fleetView(charges, nowMs) };
  const own = await ownedBy(owner, batchesOf(charges), store);
  const visible = charges.filter(({ batchId }) => batchId !== null && own.has(batchId));
  return { ...usageView(visible, from, to), unassigned_usd: null, instances: null, other_instances: null };
}

const chargesOf = (ledgers: readonly LedgerRecord[], nowMs: number): readonly Charge[] =>
  ledgers
    .flatMap(({ instances }) => Object.entries(instances))
    .flatMap(([instanceId, entry]) => partsOf(entry, nowMs).map((part) => ({ ...part, instanceId, entry })));

function usageView(charges: readonly Charge[], from: string, to: string): Omit<UsageView, keyof FleetView> {
  const batches = charges.filter(({ batchId }) => batchId !== null);
  const byBatch = dearest(
    grouped(batches, ({ batchId }) => batchId ?? ""),
    ([, own]) => microsOf(own),
  );
  return {
    from,
    to,
    usd: usd(charges),
    by_day: grouped(charges, ({ day }) => day).map(([day, own]) => ({ day, usd: usd(own) })),
    by_model: grouped(charges, ({ entry }) => entry.model ?? "").map(([model, own]) => ({
      model: model === "" ? null : model,
      usd: usd(own),
    })),
    by_batch: byBatch.listed.map(([id, own]) => ({ batch_id: batchIdSchema.parse(id), usd: usd(own) })),
    other_batches: byBatch.others,
  };
}

type FleetView = Pick<UsageView, "unassigned_usd" | "instances" | "other_instances">;

function fleetView(charges: readonly Charge[], nowMs: number): FleetView {
  const machines = dearest(
    grouped(charges, ({ instanceId }) => instanceId),
    ([, own]) => microsOf(own),
  );
  return {
    unassigned_usd: usd(charges.filter(({ batchId }) => batchId === null)),
    instances: machines.listed.flatMap(([instanceId, own]) => {
      const entry = own[0]?.entry;
      if (entry === undefined) return [];
      const { model, zone, market, launched_at, ended_at } = entry;
      const seconds = Math.round(ranSeconds(entry, nowMs));
      const amounts = amountsView(sumOf(own));
      return [{ instance_id: instanceId, model, zone, market, launched_at, ended_at, seconds, ...amounts }];
    }),
    other_instances: machines.others,
  };
}

const microsOf = (charges: readonly Charge[]): number =>
  charges.reduce((total, { micros }) => total + micros, 0);
const usd = (charges: readonly Charge[]): string => usdText(microsOf(charges));

/** Sorted by what they are grouped by. */
const grouped = (
  charges: readonly Charge[],
  by: (charge: Charge) => string,
): readonly (readonly [string, readonly Charge[]])[] =>
  [...Map.groupBy(charges, by)].sort(([a], [b]) => (a < b ? -1 : 1));

const batchesOf = (charges: readonly Charge[]): readonly BatchId[] =>
  grouped(charges, ({ batchId }) => batchId ?? "").flatMap(([id]) => {
    const parsed = batchIdSchema.safeParse(id);
    return parsed.success ? [parsed.data] : [];
  });
