/** The spot pools that may be asked for machines. Pure. */
import type { StageConfig } from "../../../config.ts";
import { priceCap } from "../../../billing/prices.ts";
import { purchasable, type Period } from "./budgets.ts";
import type { Observation } from "./observation.ts";
import type { PricedPool } from "./plan.ts";

/** The cheapest first. */
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

/** A zone whose machines EC2 is likely to take back is asked only where no other can be. */
export function safest(pools: readonly PricedPool[], { risky }: Observation): readonly PricedPool[] {
  const safe = pools.filter(({ zone }) => !risky.includes(zone));
  return safe.length === 0 ? pools : safe;
}

/** EC2 may choose any pool that it is offered: one that a budget pays for no machine in is left out while another is not. */
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
