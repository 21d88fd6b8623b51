/** Machines whose price has risen over the cap. */
import type { StageConfig } from "../../../config.ts";
import type { Observation } from "./observation.ts";
import type { Drain } from "./plan.ts";
import { priceCap } from "../../../billing/prices.ts";
import type { Machine } from "../../machines/phase.ts";

/**
 * The machines in zones whose lowest price within the last `over_price_seconds` is over the cap. A zone without a known
 * price does not count, nor do on-demand machines: their price does not change. Pure.
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

/** A machine that is leaving or not alive needs no order. */
const isCapacity = ({ phase }: Machine): boolean => phase === "booting" || phase === "ready";
