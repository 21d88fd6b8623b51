/** What an hour of a machine costs, and what one of a spot machine may cost. */
import type { StageConfig } from "../config.ts";
import type { Extras, Market } from "../contract/records/fleet-records.ts";
import { volumeUsdPerHour } from "./bill.ts";

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
