/** Machines that have come to cost more than they may. */
import type { StageConfig } from "../../../config.ts";
import type { Observation } from "./observation.ts";
import type { Drain } from "./plan.ts";
import { priceCap } from "../../../billing/prices.ts";
import type { Machine } from "../../machines/phase.ts";

/**
 * Those in zones whose lowest price of the last `over_price_seconds` is over the cap.
 * A zone whose price nobody knows is not dear, and the price of on-demand machines stays as it is. Pure.
 */
export function dearMachines(
  { machines, pools }: Pick<Observation, "machines" | "pools">,
  settings: StageConfig,
): readonly Drain[] {
  const cap = priceCap(settings);
  const minutes = settings.over_price_seconds / 60;
  const dear = new Map(
    pools.flatMap(({ zone, priceUsdPerHour, lowestUsdPerHour }) =>
      lowestUsdPerHour !== null && lowestUsdPerHour > cap
        ? [[zone, priceUsdPerHour ?? lowestUsdPerHour]]
        : [],
    ),
  );
  return machines.filter(isCapacity).flatMap(({ instanceId, zone, market }) => {
    const priceUsd = dear.get(zone);
    if (priceUsd === undefined || market !== "spot") return [];
    const detail = `the spot price of ${zone} is ${priceUsd}, over ${cap} USD an hour for ${minutes} minutes`;
    return [{ instanceId, zone, reason: "price", detail }];
  });
}

/** What leaves already, or does not live, needs no word. */
const isCapacity = ({ phase }: Machine): boolean => phase === "booting" || phase === "ready";
