/** The spot pools that a launch may use. Pure. */
import type { StageConfig } from "../../../../config.ts";
import { priceCap, typeNamed } from "../../../../billing/prices.ts";
import { poolKey } from "../../../../contract/pool-key.ts";
import { purchasable, type Period } from "../budgets.ts";
import type { Observation } from "../observation.ts";
import type { PricedPool } from "../plan.ts";

/** The pools that may be asked for machines, cheapest first. @param ofType one type's pools only */
export const eligiblePools = (
  observation: Observation,
  settings: StageConfig,
  ofType: string,
): readonly PricedPool[] =>
  observation.pools
    .filter(({ instanceType }) => instanceType === ofType)
    .flatMap((pool) => {
      const { instanceType, zone, subnetId, priceUsdPerHour, priceSinceMs } = pool;
      const cap = priceCap(typeNamed(instanceType, settings));
      return priceUsdPerHour === null || priceUsdPerHour > cap || isCooling(pool, observation)
        ? []
        : [{ instanceType, zone, subnetId, priceUsdPerHour, priceSinceMs }];
    })
    .sort((a, b) => a.priceUsdPerHour - b.priceUsdPerHour);

export const isCooling = (
  pool: { readonly instanceType: string; readonly zone: string },
  { cooling, nowMs }: Observation,
): boolean => (cooling[poolKey(pool)]?.untilMs ?? 0) > nowMs;

/** Leaves out the pools whose machines EC2 is likely to take back, unless no other pool of the type is left. */
export function safest(pools: readonly PricedPool[], { risky }: Observation): readonly PricedPool[] {
  const safe = pools.filter((pool) => !risky.includes(poolKey(pool)));
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
