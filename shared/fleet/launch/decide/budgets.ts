/**
 * The budgets of the day and of the month. They limit what is spent, not only what is launched. Pure.
 * From each budget, the tick takes what has been spent and what all that runs will cost until it is gone. If the budget
 * cannot pay for a machine until the next tick, the machine is told to leave now, while there is money for its way out.
 * A machine is bought only with money that nothing else needs while it boots and works. What is spent after midnight,
 * or in the next month, counts for the next budget.
 */
import type { MachineType, StageConfig } from "../../../config.ts";
import type { InstanceId } from "../../../contract/ids.ts";
import { goneWithinMs, nextLookMs } from "../../machines/drain.ts";
import type { ComingLaunch, Observation } from "./observation.ts";
import type { Drain } from "./plan.ts";
import type { Machine } from "../../machines/phase.ts";
import {
  allInUsdPerHour,
  extrasOf,
  priceCap,
  typeNamed,
  unpricedUsdPerHour,
} from "../../../billing/prices.ts";
import { sumBy } from "../../../billing/measures/sum.ts";

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** A machine is not worth launching if the budget pays for less than this after its boot. */
const leastWorkMs = 300_000;

/** A day or a month (UTC), and what is left of its budget. */
export interface Period {
  readonly reason: "budget_day" | "budget_month";
  /** The name that the owner of a waiting batch reads. */
  readonly name: string;
  readonly leftUsd: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The periods in which what runs now may still cost something. */
function periodsOf({ nowMs, spent }: Observation, { budgets }: StageConfig): readonly Period[] {
  const today = Math.floor(nowMs / dayMs) * dayMs;
  const day = (number: number) => ({
    reason: "budget_day" as const,
    fromMs: today + number * dayMs,
    toMs: today + (number + 1) * dayMs,
  });
  const month = (number: number) => ({
    reason: "budget_month" as const,
    fromMs: monthStartMs(nowMs, number),
    toMs: monthStartMs(nowMs, number + 1),
  });
  const { day_usd: dayUsd, month_usd: monthUsd } = budgets;
  return [
    { ...day(0), name: `the day's ${dayUsd}`, leftUsd: dayUsd - spent.dayUsd },
    { ...day(1), name: `the next day's ${dayUsd}`, leftUsd: dayUsd },
    { ...month(0), name: `the month's ${monthUsd}`, leftUsd: monthUsd - spent.monthUsd },
    { ...month(1), name: `the next month's ${monthUsd}`, leftUsd: monthUsd },
  ];
}

function monthStartMs(nowMs: number, number: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + number);
}

/** What a machine costs within one period, if it runs between these two times. */
const usdIn = (period: Period, usdPerHour: number, startMs: number, endMs: number): number =>
  (Math.max(0, Math.min(endMs, period.toMs) - Math.max(startMs, period.fromMs)) / hourMs) * usdPerHour;

/* ---- what runs ---- */

/** A machine whose price is not known is planned with the highest price that it may cost. */
const hourOf = (
  { usdPerHour, market, instanceType }: Machine,
  nowMs: number,
  settings: StageConfig,
): number =>
  usdPerHour ??
  allInUsdPerHour(unpricedUsdPerHour(market, typeNamed(instanceType, settings)), extrasOf(settings), nowMs);

/** A machine that should be gone by now is counted until the reaper's next tick. */
const goneByMs = (machine: Machine, nowMs: number, otherwiseMs: number): number =>
  Math.max(machine.goneByMs ?? otherwiseMs, nowMs + nextLookMs);

/** A machine in one of these phases hears of an order within two heartbeats. */
export const listens = ({ phase }: Machine): boolean => phase === "ready" || phase === "leaving";

const isThere = ({ phase }: Machine): boolean => phase !== "ended";

/**
 * Machines that EC2 does not list yet cannot be told to leave, so each counts with all the money it was launched for.
 */
function unseenUsd(period: Period, { coming, pools, nowMs }: Observation, settings: StageConfig): number {
  const dearest = (type: MachineType): number => {
    const own = pools.filter(({ instanceType }) => instanceType === type.type);
    return Math.min(Math.max(0, ...own.map((pool) => pool.priceUsdPerHour ?? 0)), priceCap(type));
  };
  const hour = ({ market, instanceType }: ComingLaunch): number => {
    const type = typeNamed(instanceType, settings);
    const usdPerHour = market === "on_demand" ? type.on_demand_price_usd : dearest(type);
    return allInUsdPerHour(usdPerHour, extrasOf(settings), nowMs);
  };
  return sumBy(
    coming,
    (launch) => launch.unseen * usdIn(period, hour(launch), nowMs, nowMs + leaseMs(settings)),
  );
}

/** Machines that must be told to leave, so that every budget pays for all that runs until it is gone. */
export function unaffordable(observation: Observation, settings: StageConfig): readonly Drain[] {
  const { nowMs } = observation;
  const told = new Map<InstanceId, Drain>();
  const there = leastUsefulFirst(observation.machines.filter(isThere));
  for (const period of periodsOf(observation, settings)) {
    const until = (machine: Machine, endMs: number): number =>
      usdIn(period, hourOf(machine, nowMs, settings), nowMs, goneByMs(machine, nowMs, endMs));
    const wayOutMs = (machine: Machine): number => goneWithinMs(listens(machine), settings);
    const ifTold = (machine: Machine): number => until(machine, nowMs + wayOutMs(machine));
    const ifKept = (machine: Machine): number => until(machine, nowMs + nextLookMs + wayOutMs(machine));
    const cost = (machine: Machine): number =>
      told.has(machine.instanceId) ? ifTold(machine) : ifKept(machine);
    const neededUsd = unseenUsd(period, observation, settings) + sumBy(there, cost);
    let shortUsd = neededUsd - period.leftUsd;
    for (const machine of there) {
      const savedUsd = cost(machine) - ifTold(machine);
      if (shortUsd <= 0 || savedUsd <= 0) continue;
      told.set(machine.instanceId, drainOf(machine, period, neededUsd));
      shortUsd -= savedUsd;
    }
  }
  return [...told.values()];
}

const drainOf = ({ instanceId, zone }: Machine, period: Period, neededUsd: number): Drain => ({
  instanceId,
  zone,
  reason: period.reason,
  detail: `${inUsd(period.leftUsd)} USD is left of ${period.name}, and the running machines may cost ${inUsd(neededUsd)} until they have left`,
});

/**
 * Who is told to leave first: machines that make nothing, before those that do. Within a phase the dearest goes first,
 * then the youngest.
 */
const usefulness: readonly Machine["phase"][] = ["overdue", "silent", "booting", "leaving", "ready"];
const leastUsefulFirst = (machines: readonly Machine[]): readonly Machine[] =>
  machines.toSorted(
    (a, b) =>
      usefulness.indexOf(a.phase) - usefulness.indexOf(b.phase) ||
      (b.usdPerHour ?? Infinity) - (a.usdPerHour ?? Infinity) ||
      b.launchedMs - a.launchedMs,
  );

/* ---- what may be bought ---- */

/** The shortest time for which a machine is launched: its boot, and enough work to be worth the boot. */
export const leaseMs = ({ worker }: StageConfig): number => worker.boot_seconds * 1000 + leastWorkMs;

/**
 * What each budget has left for new machines. It assumes that all that runs goes on for as long as a new machine boots
 * and works. Otherwise the running machines would spend the new machine's money, and its boot would be wasted.
 */
export function moneyLeft(observation: Observation, settings: StageConfig): readonly Period[] {
  const { nowMs, machines } = observation;
  const endMs = nowMs + Math.max(leaseMs(settings), nextLookMs + goneWithinMs(false, settings));
  return periodsOf(observation, settings).map((period) => {
    const ownUsd = sumBy(machines.filter(isThere), (machine) =>
      usdIn(period, hourOf(machine, nowMs, settings), nowMs, goneByMs(machine, nowMs, endMs)),
    );
    return { ...period, leftUsd: period.leftUsd - ownUsd - unseenUsd(period, observation, settings) };
  });
}

/** What is left of each budget after buying this many more machines. */
export const afterBuying = (
  money: readonly Period[],
  { machines, usdPerHour }: { readonly machines: number; readonly usdPerHour: number },
  nowMs: number,
  settings: StageConfig,
): readonly Period[] =>
  money.map((period) => ({
    ...period,
    leftUsd: period.leftUsd - machines * newUsd(period, usdPerHour, nowMs, settings),
  }));

export interface BudgetLimit {
  readonly reason: Period["reason"];
  readonly most: number;
  readonly detail: string;
}

/** How many machines each budget pays for. @param usdPerHour of one machine */
export const purchasable = (
  money: readonly Period[],
  usdPerHour: number,
  nowMs: number,
  settings: StageConfig,
): readonly BudgetLimit[] =>
  money.flatMap((period) => {
    const eachUsd = newUsd(period, usdPerHour, nowMs, settings);
    if (eachUsd === 0) return [];
    const left = inUsd(Math.max(0, period.leftUsd));
    return [
      {
        reason: period.reason,
        most: Math.max(0, Math.floor(period.leftUsd / eachUsd)),
        detail: `${left} USD is left of ${period.name}, a machine costs ${inUsd(eachUsd)} at least`,
      },
    ];
  });

const newUsd = (period: Period, usdPerHour: number, nowMs: number, settings: StageConfig): number =>
  usdIn(period, allInUsdPerHour(usdPerHour, extrasOf(settings), nowMs), nowMs, nowMs + leaseMs(settings));

const inUsd = (usd: number): string => usd.toFixed(4);
