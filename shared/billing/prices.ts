/** What an hour of a machine costs, and the cap for spot machines. */
import type { MachineType, StageConfig } from "../config.ts";
import type { Extras, Market } from "../contract/records/fleet-records.ts";
import { volumeUsdPerHour } from "./bill.ts";

/** The cap. Spot is never bought above the price on demand. */
export const priceCap = ({ max_spot_price_usd, on_demand_price_usd }: MachineType): number =>
  Math.min(max_spot_price_usd, on_demand_price_usd);

/** A machine of a type that is not known, or that is configured no longer, is reckoned as the first one. */
export const typeNamed = (instanceType: string | null, { instance_types: types }: StageConfig): MachineType =>
  types.find(({ type }) => type === instanceType) ?? types[0];

/** USD for an hour of a machine whose price was not written down. */
export const unpricedUsdPerHour = (market: Market, type: MachineType): number =>
  market === "on_demand" ? type.on_demand_price_usd : type.max_spot_price_usd;

/** What is charged for a machine besides its hours. */
export const extrasOf = (settings: StageConfig): Extras => ({
  volume_gb: settings.volume.size_gb,
  volume_usd_per_gb_month: settings.volume.usd_per_gb_month,
  address_usd_per_hour: settings.public_ipv4_usd_per_hour,
});

/** USD for an hour of a machine, volume and address included. */
export const allInUsdPerHour = (usdPerHour: number, extras: Extras, timeMs: number): number =>
  usdPerHour + volumeUsdPerHour(extras, timeMs) + extras.address_usd_per_hour;
