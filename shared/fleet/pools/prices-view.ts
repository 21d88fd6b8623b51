/** What `GET /v1/prices` answers. */
import { volumeUsdPerHour } from "../../billing/bill.ts";
import { microsOf, usdText } from "../../billing/money.ts";
import { extrasOf, priceCap } from "../../billing/prices.ts";
import type { MachineType, StageConfig } from "../../config.ts";
import type { PricesView, TypePrices } from "../../contract/api/api.ts";
import type { Clock, PriceChange, SpotPrices } from "../../ports.ts";

export interface PricePorts {
  readonly spotPrices: SpotPrices;
  readonly clock: Clock;
}

/** Of a zone. Spot prices change a few times a day. */
const mostChanges = 500;
const hourMs = 3_600_000;

/** Of the zones that the stage launches into. @throws FleetError */
export async function pricesView(
  { spotPrices, clock }: PricePorts,
  settings: StageConfig,
  hours: number,
): Promise<PricesView> {
  const nowMs = clock.nowMs();
  const fromMs = nowMs - hours * hourMs;
  const { instance_types: types } = settings;
  const told = await spotPrices.history(
    types.map(({ type }) => type),
    fromMs,
  );
  const extras = extrasOf(settings);
  const [first, ...others] = types;
  return {
    ...typeView(first, told, settings),
    from: timeText(fromMs),
    to: timeText(nowMs),
    extras_usd_per_hour: usd(volumeUsdPerHour(extras, nowMs) + extras.address_usd_per_hour),
    other_types: others.map((type) => typeView(type, told, settings)),
  };
}

function typeView(type: MachineType, told: readonly PriceChange[], { zones }: StageConfig): TypePrices {
  const own = told.filter(({ instanceType }) => instanceType === type.type);
  return {
    instance_type: type.type,
    max_usd_per_hour: usd(priceCap(type)),
    on_demand_usd_per_hour: usd(type.on_demand_price_usd),
    zones: zones.toSorted().map((zone) => zoneView(zone, own)),
  };
}

function zoneView(zone: string, told: readonly PriceChange[]): TypePrices["zones"][number] {
  const changes = told
    .filter((change) => change.zone === zone)
    .sort((a, b) => a.atMs - b.atMs)
    .slice(-mostChanges)
    .map(({ atMs, usdPerHour }) => ({ at: timeText(atMs), usd_per_hour: usd(usdPerHour) }));
  return { zone, usd_per_hour: changes.at(-1)?.usd_per_hour ?? null, changes };
}

const timeText = (ms: number): string => new Date(ms).toISOString();
const usd = (amount: number): string => usdText(microsOf(amount));
