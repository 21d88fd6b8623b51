/** Sentences that say, zone by zone, why no spot pool may be asked. Pure. */
import type { StageConfig } from "../../../../config.ts";
import { priceCap } from "../../../../billing/prices.ts";
import type { Observation } from "../observation.ts";
import type { Reason } from "../plan.ts";
import { isCooling } from "../pools.ts";
import { exactTime } from "../../../../contract/sentences.ts";

export function poolReasons(observation: Observation, settings: StageConfig): readonly Reason[] {
  const reasons: Reason[] = [];
  const cooling = observation.pools.filter(({ zone }) => isCooling(zone, observation));
  if (cooling.length > 0) {
    const zones = cooling.map(({ zone }) => leftAlone(zone, observation)).join(", ");
    reasons.push({ reason: "cooling", detail: `no capacity there lately: ${zones}` });
  }
  const warm = observation.pools.filter(({ zone }) => !isCooling(zone, observation));
  const unpriced = warm.filter(({ priceUsdPerHour }) => priceUsdPerHour === null);
  if (unpriced.length > 0 || observation.pools.length === 0) {
    const zones = unpriced.map(({ zone }) => zone).join(", ") || "any zone";
    reasons.push({ reason: "no_price", detail: `no spot price is known for ${zones}` });
  }
  const dear = warm.filter(({ priceUsdPerHour }) => priceUsdPerHour !== null);
  if (dear.length > 0) {
    const zones = dear.map(({ zone, priceUsdPerHour }) => `${zone} ${priceUsdPerHour ?? 0}`).join(", ");
    const cap = priceCap(settings);
    reasons.push({ reason: "price", detail: `the spot price is over ${cap} USD an hour: ${zones}` });
  }
  return reasons;
}

function leftAlone(zone: string, { cooling }: Observation): string {
  const pool = cooling[zone];
  return pool === undefined ? zone : `${zone} (${pool.code}, asked again at ${exactTime(pool.untilMs)})`;
}
