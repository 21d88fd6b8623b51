/** How many machines may be bought at all, and with what money. Each model's launch uses up a part. Pure. */
import type { StageConfig } from "../../../../config.ts";
import type { Market } from "../../../../contract/records/fleet-records.ts";
import { sumBy } from "../../../../billing/measures/sum.ts";
import { vcpusOf } from "../../../../contract/machine-types.ts";
import { afterBuying, moneyLeft, type Period } from "../budgets.ts";
import type { Observation } from "../observation.ts";
import type { ModelPlan } from "../plan.ts";
import { highestPrice } from "./pools.ts";

/** What is left for new machines. */
export interface Allowance {
  readonly machines: number;
  /** How many of them may be on demand. */
  readonly onDemand: number;
  /** How many vCPUs they may have, in each market; Infinity where the stage does not say. */
  readonly vcpus: Readonly<Record<Market, number>>;
  /** What each budget has left after the cost of all that runs. */
  readonly money: readonly Period[];
}

export function allowanceOf(observation: Observation, settings: StageConfig): Allowance {
  const { machines, coming } = observation;
  const existing = machines.filter(({ phase }) => phase !== "ended");
  const unseen = sumBy(coming, (launch) => launch.unseen);
  const vcpusLeft = (market: Market): number =>
    (settings.limits.max_vcpus ?? Infinity) -
    sumBy(existing.filter(isOf(market)), ({ instanceType }) => vcpusOf(instanceType)) -
    sumBy(coming.filter(isOf(market)), (launch) => launch.unseen * vcpusOf(launch.instanceType));
  return {
    machines: Math.max(0, settings.limits.max_instances - existing.length - unseen),
    onDemand:
      (settings.rescue?.max_instances ?? 0) -
      existing.filter(isOf("on_demand")).length -
      sumBy(coming.filter(isOf("on_demand")), (launch) => launch.unseen),
    vcpus: { spot: vcpusLeft("spot"), on_demand: vcpusLeft("on_demand") },
    money: moneyLeft(observation, settings),
  };
}

export const without = (
  allowance: Allowance,
  { launch, market, pools }: ModelPlan,
  nowMs: number,
  settings: StageConfig,
): Allowance => ({
  machines: allowance.machines - launch,
  onDemand: allowance.onDemand - (market === "on_demand" ? launch : 0),
  vcpus: {
    ...allowance.vcpus,
    [market]:
      allowance.vcpus[market] - launch * Math.max(0, ...pools.map((pool) => vcpusOf(pool.instanceType))),
  },
  money: afterBuying(allowance.money, { machines: launch, usdPerHour: highestPrice(pools) }, nowMs, settings),
});

const isOf =
  (market: Market) =>
  (one: { readonly market: Market }): boolean =>
    one.market === market;
