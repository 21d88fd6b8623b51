/** What was spent, by day, model and batch, from the ledgers alone. */
import type { StageConfig } from "../../config.ts";
import { mostBatchesOfMachine, type UsageView } from "../../contract/api/api.ts";
import { batchIdSchema, type BatchId } from "../../contract/ids.ts";
import { totalOf } from "../../billing/amounts.ts";
import { ranSeconds, workSeconds } from "../../billing/bill.ts";
import { dearest } from "../../billing/dearest.ts";
import { readLedgers, type LedgerEntry } from "../../billing/ledger/ledger.ts";
import { lifeOf } from "../../billing/ledger/life.ts";
import { usdText } from "../../billing/money.ts";
import { chargesOf, worthOf, type Charge } from "../../billing/worth.ts";
import type { Clock, ObjectStore } from "../../ports.ts";
import { ownedBy } from "../progress/owned-by.ts";

/** A range of days, the first and the last included. */
export interface UsageRange {
  readonly from: string;
  readonly to: string;
}

/** @param owner whose batches are shown; null: all batches, and machines that served none */
export async function readUsage(
  { store, clock }: { readonly store: ObjectStore; readonly clock: Clock },
  settings: StageConfig,
  { from, to }: UsageRange,
  owner: string | null,
): Promise<UsageView> {
  const nowMs = clock.nowMs();
  const ledgers = await readLedgers(store, Date.parse(from), Math.min(nowMs, Date.parse(to)));
  const charges = chargesOf(ledgers, settings, nowMs).filter(({ day }) => from <= day && day <= to);
  if (owner === null) return { ...usageView(charges, from, to), ...fleetView(charges, nowMs) };
  const own = await ownedBy(owner, batchesOf(charges), store);
  const visible = charges.filter(({ batchId }) => batchId !== null && own.has(batchId));
  return { ...usageView(visible, from, to), unassigned_usd: null, instances: null, other_instances: null };
}

function usageView(charges: readonly Charge[], from: string, to: string): Omit<UsageView, keyof FleetView> {
  const batches = charges.filter(({ batchId }) => batchId !== null);
  const byBatch = dearest(
    grouped(batches, ({ batchId }) => batchId ?? ""),
    ([, own]) => microsOf(own),
  );
  return {
    from,
    to,
    ...worthOf(charges),
    by_day: grouped(charges, ({ day }) => day).map(([day, own]) => ({ day, ...worthOf(own) })),
    by_model: grouped(charges, ({ entry }) => entry.model ?? "").map(([model, own]) => ({
      model: model === "" ? null : model,
      ...worthOf(own),
    })),
    by_batch: byBatch.listed.map(([id, own]) => ({ batch_id: batchIdSchema.parse(id), ...worthOf(own) })),
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
      return entry === undefined ? [] : [{ ...machineView(instanceId, entry, nowMs), ...worthOf(own) }];
    }),
    other_instances: machines.others,
  };
}

type MachineView = NonNullable<UsageView["instances"]>[number];

function machineView(
  instanceId: string,
  entry: LedgerEntry,
  nowMs: number,
): Omit<MachineView, keyof ReturnType<typeof worthOf>> {
  const { model, instance_type, zone, market, launched_at, ended_at, end_reason } = entry;
  return {
    ...{ instance_id: instanceId, model, instance_type, zone, market, launched_at, ended_at, end_reason },
    seconds: Math.round(ranSeconds(entry, nowMs)),
    work_seconds: Math.round(workSeconds(entry)),
    phases: lifeOf(entry, nowMs).map(({ phase, fromMs, toMs }) => ({
      phase,
      from: timeText(fromMs),
      to: toMs === null ? null : timeText(toMs),
    })),
    ...batchesServed(entry),
  };
}

function batchesServed({ gpu_seconds_by_batch: byBatch }: LedgerEntry) {
  const served = Object.entries(byBatch)
    .map(([id, seconds]) => ({ batch_id: batchIdSchema.parse(id), work_seconds: Math.round(seconds) }))
    .sort((a, b) => b.work_seconds - a.work_seconds);
  const batches = served.slice(0, mostBatchesOfMachine);
  return { batches, other_batches: served.length - batches.length };
}

const timeText = (ms: number): string => new Date(ms).toISOString();
const microsOf = (charges: readonly Charge[]): number =>
  charges.reduce((total, { amounts }) => total + totalOf(amounts), 0);
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
