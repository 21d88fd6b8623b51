/** Machines whose price has risen over the cap. */
import type { StageConfig } from "../../../config.ts";
import type { Observation } from "./observation.ts";
import type { Drain } from "./plan.ts";
import { priceCap, typeNamed } from "../../../billing/prices.ts";
import { poolKey } from "../../../contract/pool-key.ts";
import { placeOf } from "./reasons/place.ts";
import type { Machine } from "../../machines/phase.ts";

/**
 * The machines in pools whose lowest price within the last `over_price_seconds` is over their type's cap. A pool without
 * a known price does not count, nor do on-demand machines: their price does not change. Pure.
 */
export function dearMachines(
  { machines, pools }: Pick<Observation, "machines" | "pools">,
  settings: StageConfig,
): readonly Drain[] {
  const minutes = settings.over_price_seconds / 60;
  const dear = new Map(
    pools.flatMap((pool): [string, string][] => {
      const { instanceType, priceUsdPerHour, lowestUsdPerHour } = pool;
      const cap = priceCap(typeNamed(instanceType, settings));
      if (lowestUsdPerHour === null || lowestUsdPerHour <= cap) return [];
      const priceUsd = priceUsdPerHour ?? lowestUsdPerHour;
      return [
        [
          poolKey(pool),
          `the spot price of ${placeOf(pool, settings)} is ${priceUsd}, over ${cap} USD an hour for ${minutes} minutes`,
        ],
      ];
    }),
  );
  return machines.filter(isCapacity).flatMap((machine) => {
    const detail = dear.get(poolKey(machine));
    if (detail === undefined || machine.market !== "spot") return [];
    return [{ instanceId: machine.instanceId, zone: machine.zone, reason: "price", detail }];
  });
}

/** A machine that is leaving or not alive needs no order. */
const isCapacity = ({ phase }: Machine): boolean => phase === "booting" || phase === "ready";
