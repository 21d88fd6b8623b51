/**
 * From a stage's record to a scenario that the simulation plays: the same batches at the same times, the same prices,
 * and what EC2 refused or took back. The real launcher decides.
 */
import type { StageConfig } from "../shared/config.ts";
import { quantile } from "../shared/billing/measures/quantile.ts";
import { poolCoolingMs } from "../shared/fleet/pools/lessons.ts";
import type { EngineSpeed } from "../simulation/played/simulated-engine.ts";
import type { Market, MarketStep } from "../simulation/played/market.ts";
import type { Order } from "../simulation/played/workload.ts";
import { plainDay, type Scenario } from "../simulation/scenario.ts";
import { typeOf, type Account, type RecordedBatch, type StageRecord } from "./stage-record.ts";

/** A scenario, and what was assumed where the record does not say. */
export interface Replay {
  readonly scenario: Scenario;
  readonly assumptions: readonly string[];
}

/** More machines than a fleet asks for: how many EC2 would have had, it never says. */
const plenty = 64;
/** A worker's slots and how its pace grows with them are not in the record. */
const engineShape = { slots: 32, latencyClips: 6 } as const;
const usualBoot = { agentMs: [130_000, 220_000], loadMs: 20_000 } as const;
const shortage = /InsufficientInstanceCapacity|UnfulfillableCapacity|MaxSpotInstanceCount/;

export function replayOf(record: StageRecord, settings: StageConfig, startMs: number): Replay {
  const boots = bootsOf(record.accounts);
  return {
    scenario: {
      ...plainDay(1),
      startMs,
      settings,
      market: marketOf(record, settings, startMs),
      orders: record.batches.flatMap((one) => orderOf(one, settings, startMs)),
      happenings: record.accounts
        .filter(({ taken_back, ended_at }) => taken_back === true && ended_at !== null)
        .map(({ ended_at }) => ({
          kind: "interrupt" as const,
          atMs: Math.max(0, Date.parse(ended_at ?? "") - startMs - 120_000),
        })),
      engines: Object.fromEntries(
        settings.models.map((model) => [model.id, engineOf(model, record.accounts, boots)]),
      ),
      bootMs: boots.agentMs,
    },
    assumptions: assumptionsOf(record, settings),
  };
}

const canceled = (results: RecordedBatch["results"]): number =>
  results.filter(({ outcome }) => outcome === "canceled" || outcome === "expired").length;
const reused = (results: RecordedBatch["results"]): number =>
  results.filter(({ reused_from }) => reused_from !== null).length;

/** Clips of a batch are taken to be as long as their mean. */
function orderOf(
  { batch, results }: RecordedBatch,
  { models }: StageConfig,
  startMs: number,
): readonly Order[] {
  const count = batch.total - canceled(results) - reused(results);
  if (count <= 0 || !models.some(({ id }) => id === batch.model)) return [];
  return [
    {
      atMs: Date.parse(batch.submitted_at) - startMs,
      model: batch.model,
      speed: batch.speed,
      priority: batch.priority,
      clips: Array<number>(count).fill(batch.audio_seconds / batch.total),
    },
  ];
}

function bootsOf(accounts: readonly Account[]): {
  readonly agentMs: readonly [number, number];
  readonly loadMs: number;
} {
  const between = (from: string | null, to: string | null): number[] =>
    from === null || to === null ? [] : [Math.max(0, Date.parse(to) - Date.parse(from))];
  const agents = accounts.flatMap(({ launched_at, booted_at }) => between(launched_at, booted_at));
  const loads = accounts.flatMap(({ booted_at, ready_at }) => between(booted_at, ready_at));
  return {
    agentMs: [quantile(agents, 0.1) ?? usualBoot.agentMs[0], quantile(agents, 0.9) ?? usualBoot.agentMs[1]],
    loadMs: quantile(loads, 0.5) ?? usualBoot.loadMs,
  };
}

function engineOf(
  { id, audio_seconds_per_gpu_second: guess }: StageConfig["models"][number],
  accounts: readonly Account[],
  { loadMs }: { readonly loadMs: number },
): EngineSpeed {
  const paces = accounts
    .filter(({ model }) => model === id)
    .flatMap(({ audio_seconds_per_second: pace }) => pace ?? []);
  return { model: id, ...engineShape, fullRate: quantile(paces, 0.5) ?? guess, loadMs };
}

/** Each pool of the configuration: its prices as they were seen, and its shortages. */
function marketOf(record: StageRecord, settings: StageConfig, startMs: number): Market {
  const zones = settings.zones;
  return {
    name: "record",
    zones: settings.instance_types.flatMap(({ type }) =>
      zones.map((zone) => ({
        instanceType: type,
        zone,
        steps: stepsOf(record, settings, { type, zone, startMs }),
      })),
    ),
  };
}

interface Pool {
  readonly type: string;
  readonly zone: string;
  readonly startMs: number;
}

function stepsOf(record: StageRecord, settings: StageConfig, pool: Pool): readonly MarketStep[] {
  const prices = pricesOf(record, settings, pool);
  const capacities = capacitiesOf(record, settings, pool);
  const times = [...new Set([0, ...prices.map(([at]) => at), ...capacities.map(([at]) => at)])];
  const usual = prices[0]?.[1] ?? null;
  return times
    .sort((a, b) => a - b)
    .map((fromMs) => ({
      fromMs,
      capacity: capacities.findLast(([at]) => at <= fromMs)?.[1] ?? plenty,
      priceUsdPerHour:
        prices.findLast(([at]) => at <= fromMs)?.[1] ?? usual ?? unseenUsd(settings, pool.type),
    }));
}

/** Nobody looked at this pool: it is taken to cost what may be paid for it. */
const unseenUsd = ({ instance_types }: StageConfig, wanted: string): number =>
  instance_types.find(({ type }) => type === wanted)?.max_spot_price_usd ?? Infinity;

type Step = readonly [atMs: number, value: number];

/** As decisions saw them and accounts paid them, from the time at which EC2 put them into force. */
function pricesOf({ decisions, accounts }: StageRecord, settings: StageConfig, pool: Pool): readonly Step[] {
  const isOurs = (one: { readonly instance_type: string | null; readonly zone: string }): boolean =>
    one.zone === pool.zone && typeOf(one, settings) === pool.type;
  const seen = decisions
    .flatMap(({ prices }) => prices.filter(isOurs))
    .map(({ since, price_usd_per_hour }) => [since, Number(price_usd_per_hour)] as const);
  const paid = accounts
    .filter((account) => isOurs(account) && account.market === "spot")
    .flatMap(({ prices }) => prices.map(({ since, usd_per_hour }) => [since, usd_per_hour] as const));
  return [...new Map([...seen, ...paid])]
    .map(([since, usd]): Step => [Math.max(0, Date.parse(since) - pool.startMs), usd])
    .sort(([a], [b]) => a - b);
}

/** A pool that had no machine has none more than ours until it gives one, or is asked again. */
function capacitiesOf(
  { decisions, accounts }: StageRecord,
  settings: StageConfig,
  pool: Pool,
): readonly Step[] {
  const steps: Step[] = [];
  for (const { at, launches } of decisions)
    for (const { errors } of launches)
      for (const { zone, instance_type, code } of errors) {
        if (zone !== pool.zone || typeOf({ instance_type }, settings) !== pool.type || !shortage.test(code))
          continue;
        const atMs = Date.parse(at) - pool.startMs;
        steps.push([Math.max(0, atMs - poolCoolingMs / 2), aliveAt(accounts, settings, pool, at)]);
        steps.push([atMs + poolCoolingMs / 2, plenty]);
      }
  return steps
    .sort(([a], [b]) => a - b)
    .filter(([at, capacity], place, all) => {
      const next = all[place + 1];
      // Refused again before it could be asked: the shortage went on.
      return capacity !== plenty || next === undefined || next[0] - at > poolCoolingMs;
    });
}

const aliveAt = (accounts: readonly Account[], settings: StageConfig, pool: Pool, at: string): number =>
  accounts.filter(
    (one) =>
      one.zone === pool.zone &&
      typeOf(one, settings) === pool.type &&
      one.launched_at <= at &&
      (one.ended_at === null || one.ended_at > at),
  ).length;

function assumptionsOf(
  { batches, accounts }: StageRecord,
  { models, instance_types }: StageConfig,
): readonly string[] {
  const unserved = new Set(
    batches.map(({ batch }) => batch.model).filter((model) => !models.some(({ id }) => id === model)),
  );
  const unmeasured = models.filter(
    ({ id }) => !accounts.some((one) => one.model === id && one.audio_seconds_per_second !== null),
  );
  const left = batches.reduce((sum, { results }) => sum + canceled(results) + reused(results), 0);
  const unseen = instance_types.filter(
    ({ type }) => !accounts.some((one) => typeOf(one, { instance_types }) === type),
  );
  return [
    "where EC2 never refused, it had machines enough; where it did, until it was asked again",
    "what EC2 took back it takes at the same times, whichever machine runs then",
    "the clips of a batch are as long as their mean",
    `${engineShape.slots} clips at once on a machine`,
    ...(left > 0 ? [`${left} clips that were canceled, expired or reused are left out`] : []),
    ...[...unserved].map(
      (model) => `batches of '${model}' are left out: the configuration does not serve it`,
    ),
    ...unmeasured.map(
      ({ id }) => `the pace of '${id}' is the configuration's guess: no machine has measured it`,
    ),
    ...unseen.map(
      ({ type }) => `no machine of ${type} has run: its price is as seen, else the cap, its pace the guess`,
    ),
  ];
}
