/** Sentences that say, pool by pool, why no spot pool may be asked. Pure. */
import type { StageConfig } from "../../../../config.ts";
import { priceCap, typeNamed } from "../../../../billing/prices.ts";
import { poolKey } from "../../../../contract/pool-key.ts";
import type { Pool } from "../../../../ports.ts";
import type { Observation } from "../observation.ts";
import type { Reason } from "../plan.ts";
import { isCooling } from "../buy/pools.ts";
import { placeOf } from "./place.ts";
import { exactTime } from "../../../../contract/sentences.ts";

/** @param ofType of one type's pools only */
export function poolReasons(
  observation: Observation,
  settings: StageConfig,
  ofType?: string,
): readonly Reason[] {
  const reasons: Reason[] = [];
  const pools = observation.pools.filter(({ instanceType }) => instanceType === (ofType ?? instanceType));
  const cooling = pools.filter((pool) => isCooling(pool, observation));
  if (cooling.length > 0) {
    const places = cooling.map((pool) => leftAlone(pool, observation, settings)).join(", ");
    reasons.push({ reason: "cooling", detail: `no capacity there lately: ${places}` });
  }
  const warm = pools.filter((pool) => !isCooling(pool, observation));
  const unpriced = warm.filter(({ priceUsdPerHour }) => priceUsdPerHour === null);
  if (unpriced.length > 0 || pools.length === 0) {
    const places = unpriced.map((pool) => placeOf(pool, settings)).join(", ") || "any zone";
    reasons.push({ reason: "no_price", detail: `no spot price is known for ${places}` });
  }
  const dear = warm.filter(({ priceUsdPerHour }) => priceUsdPerHour !== null);
  for (const [type, own] of Map.groupBy(dear, ({ instanceType }) => instanceType)) {
    const places = own.map((pool) => `${placeOf(pool, settings)} ${pool.priceUsdPerHour ?? 0}`).join(", ");
    const cap = priceCap(typeNamed(type, settings));
    reasons.push({ reason: "price", detail: `the spot price is over ${cap} USD an hour: ${places}` });
  }
  return reasons;
}

function leftAlone(pool: Pool, { cooling }: Observation, settings: StageConfig): string {
  const place = placeOf(pool, settings);
  const known = cooling[poolKey(pool)];
  return known === undefined ? place : `${place} (${known.code}, asked again at ${exactTime(known.untilMs)})`;
}
