/** `fleet/measures.json`: what was spent, and how fast machines boot and make audio. */
import type { LedgerRecord, MeasuresRecord } from "../../contract/records/fleet-records.ts";
import { measuresRecordSchema } from "../../contract/records/fleet-records.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { ObjectStore } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import { readRecord, updateRecord } from "../../records/records.ts";
import { atMost, costsByDay, dayOf, sumOfCosts } from "../bill.ts";
import type { LedgerEntry } from "../ledger/ledger.ts";
import { upperQuantile } from "./quantile.ts";
import { unusedShown } from "./unused-machines.ts";
import { failedStarts } from "./failed-starts.ts";

/** Only this many of a model's latest machines are used; older ones may have run other software. */
const believed = 20;
/** With fewer boots than this, the slowest in ten is not known. */
const fewBoots = 5;
const nothingYet: MeasuresRecord = { v: 1, spent_usd: {}, models: {} };

export const readMeasures = async (store: ObjectStore): Promise<MeasuresRecord> =>
  (await readRecord(store, fleetKeys.measures, measuresRecordSchema))?.value ?? nothingYet;

/** Today and this month (UTC). */
export function spentUsd(
  { spent_usd: spent }: Pick<MeasuresRecord, "spent_usd">,
  nowMs: number,
): { readonly dayUsd: number; readonly monthUsd: number } {
  const today = dayOf(nowMs);
  const sumOf = (isMeant: (day: string) => boolean): number =>
    Object.values(spent)
      .flatMap((byDay) => Object.entries(byDay))
      .reduce((total, [day, usd]) => (isMeant(day) ? total + usd : total), 0);
  return {
    dayUsd: sumOf((day) => day === today),
    monthUsd: sumOf((day) => monthOf(day) === monthOf(today)),
  };
}

/** @returns the measures as they are afterwards; null while the ledgers say nothing */
export async function keepMeasures(
  ledgers: readonly LedgerRecord[],
  ports: RecordPorts,
): Promise<MeasuresRecord | null> {
  if (ledgers.every(({ instances }) => Object.keys(instances).length === 0)) return null;
  const nowMs = ports.clock.nowMs();
  return updateRecord(ports, fleetKeys.measures, measuresRecordSchema, (current) => {
    const before = current ?? nothingYet;
    const after = measured(ledgers, before, nowMs);
    return JSON.stringify(after) === JSON.stringify(before) ? null : after;
  });
}

/** Days and models that the ledgers do not mention stay as they were. Pure. */
export function measured(
  ledgers: readonly LedgerRecord[],
  before: MeasuresRecord,
  nowMs: number,
): MeasuresRecord {
  const days = ledgers.map(({ day, instances }) => [day, spentOn(Object.values(instances), nowMs)] as const);
  const spent = { ...before.spent_usd, ...Object.fromEntries(days) };
  const monthBefore = monthOf(dayOf(Date.parse(`${monthOf(dayOf(nowMs))}-01`) - 1));
  const entries = ledgers.flatMap(({ instances }) => Object.entries(instances));
  const models = Map.groupBy(
    entries.filter(([, entry]) => entry.model !== null),
    ([, { model }]) => model ?? "",
  );
  return {
    v: 1,
    spent_usd: Object.fromEntries(Object.entries(spent).filter(([day]) => monthOf(day) >= monthBefore)),
    models: {
      ...before.models,
      ...Object.fromEntries([...models].map(([model, own]) => [model, shown(own, before.models[model])])),
    },
  };
}

const monthOf = (day: string): string => day.slice(0, 7);

/** The most that is possible, by the day on which the cost arose: a machine may run past midnight. */
export function spentOn(entries: readonly LedgerEntry[], nowMs: number): Record<string, number> {
  const spent: Record<string, number> = {};
  for (const entry of entries)
    for (const [day, costs] of Object.entries(costsByDay(atMost(entry), nowMs)))
      spent[day] = (spent[day] ?? 0) + sumOfCosts(costs);
  return spent;
}

function shown(
  listed: readonly (readonly [id: string, entry: LedgerEntry])[],
  before: MeasuresRecord["models"][string] | undefined,
): MeasuresRecord["models"][string] {
  const entries = listed.map(([, entry]) => entry);
  const types = Map.groupBy(
    entries.filter(({ instance_type }) => instance_type !== null),
    ({ instance_type }) => instance_type ?? "",
  );
  return {
    ...speedsShown(entries, before),
    types: {
      ...before?.types,
      ...Object.fromEntries([...types].map(([type, own]) => [type, speedsShown(own, before?.types[type])])),
    },
    ...unusedShown(listed, before),
    failed: [...failedStarts(listed)],
  };
}

type Speeds = MeasuresRecord["models"][string]["types"][string];

function speedsShown(entries: readonly LedgerEntry[], before: Speeds | undefined): Speeds {
  const latestFirst = entries.toSorted((a, b) => Date.parse(b.launched_at) - Date.parse(a.launched_at));
  const boots = bootsShown(
    latestFirst.flatMap(({ launched_at, ready_at }) =>
      ready_at === null ? [] : [(Date.parse(ready_at) - Date.parse(launched_at)) / 1000],
    ),
  );
  const rates = latestFirst.flatMap(({ audio_seconds_per_second: rate }) =>
    rate === null || rate <= 0 ? [] : [rate],
  );
  return {
    boot_seconds: boots.boot_seconds ?? before?.boot_seconds ?? null,
    slow_boot_seconds: boots.slow_boot_seconds ?? before?.slow_boot_seconds ?? null,
    audio_seconds_per_second: latest(rates, 0.5) ?? before?.audio_seconds_per_second ?? null,
  };
}

/** @param latestFirst seconds from the launch until ready */
export const bootsShown = (
  latestFirst: readonly number[],
): Pick<MeasuresRecord["models"][string], "boot_seconds" | "slow_boot_seconds"> => ({
  boot_seconds: latest(latestFirst, 0.5),
  slow_boot_seconds: latestFirst.length < fewBoots ? null : latest(latestFirst, 0.9),
});

/**
 * A quantile over the latest machines, rounded towards the slower of two, so that one wrong measurement changes
 * nothing.
 */
const latest = (latestFirst: readonly number[], share: number): number | null =>
  upperQuantile(latestFirst.slice(0, believed), share);
