/** The spot pools that a launch may use. Pure. */
import type { StageConfig } from "../../../config.ts";
import { priceCap } from "../../../billing/prices.ts";
import { purchasable, type Period } from "./budgets.ts";
import type { Observation } from "./observation.ts";
import type { PricedPool } from "./plan.ts";

/** The pools that may be asked for machines, cheapest first. */
export const eligiblePools = (observation: Observation, settings: StageConfig): readonly PricedPool[] =>
  observation.pools
    .flatMap(({ zone, subnetId, priceUsdPerHour, priceSinceMs }) =>
      priceUsdPerHour === null || priceUsdPerHour > priceCap(settings) || isCooling(zone, observation)
        ? []
        : [{ zone, subnetId, priceUsdPerHour, priceSinceMs }],
    )
    .sort((a, b) => a.priceUsdPerHour - b.priceUsdPerHour);

export const isCooling = (zone: string, { cooling, nowMs }: Observation): boolean =>
  (cooling[zone]?.untilMs ?? 0) > nowMs;

/** Leaves out the zones whose machines EC2 is likely to take back, unless no other zone is left. */
export function safest(pools: readonly PricedPool[], { risky }: Observation): readonly PricedPool[] {
  const safe = pools.filter(({ zone }) => !risky.includes(zone));
  return safe.length === 0 ? pools : safe;
}

/**
 * Leaves out the pools in which a budget does not pay for even one machine, unless no other pool is left: EC2 may
 * choose any pool that it is offered.
 */
export function paidFor(
  pools: readonly PricedPool[],
  money: readonly Period[],
  nowMs: number,
  settings: StageConfig,
): readonly PricedPool[] {
  const paid = pools.filter(({ priceUsdPerHour }) =>
    purchasable(money, priceUsdPerHour, nowMs, settings).every(({ most }) => most > 0),
  );
  return paid.length === 0 ? pools : paid;
}

export const highestPrice = (pools: readonly PricedPool[]): number =>
  Math.max(0, ...pools.map((pool) => pool.priceUsdPerHour));
