/** What an hour of a machine costs, what one of a spot machine may cost, and which have come to cost more. */
import type { StageConfig } from "../../../config.ts";
import type { Extras, Market } from "../../../contract/records/fleet-records.ts";
import { volumeUsdPerHour } from "../../../billing/bill.ts";
import type { Machine, Observation } from "../observation.ts";
import type { Drain } from "../plan.ts";

/** Spot dearer than on demand would be a bad bargain. */
export const priceCap = (settings: StageConfig): number =>
  Math.min(settings.max_spot_price_usd, settings.on_demand_price_usd);

/** An hour of a machine of which nobody knows how it was bought. */
export const unpricedUsdPerHour = (market: Market, settings: StageConfig): number =>
  market === "on_demand" ? settings.on_demand_price_usd : settings.max_spot_price_usd;

/** What is charged for a machine beside its hours. */
export const extrasOf = (settings: StageConfig): Extras => ({
  volume_gb: settings.volume.size_gb,
  volume_usd_per_gb_month: settings.volume.usd_per_gb_month,
  address_usd_per_hour: settings.public_ipv4_usd_per_hour,
});

/** An hour of a machine with its volume and its address. */
export const allInUsdPerHour = (usdPerHour: number, extras: Extras, timeMs: number): number =>
  usdPerHour + volumeUsdPerHour(extras, timeMs) + extras.address_usd_per_hour;

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
