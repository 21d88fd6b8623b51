/** What `GET /v1/prices` answers. */
import { volumeUsdPerHour } from "../../billing/bill.ts";
import { microsOf, usdText } from "../../billing/money.ts";
import { extrasOf, priceCap } from "../../billing/prices.ts";
import type { StageConfig } from "../../config.ts";
import type { PricesView } from "../../contract/api/api.ts";
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
  const told = await spotPrices.history(settings.instance_type, fromMs);
  const extras = extrasOf(settings);
  return {
    instance_type: settings.instance_type,
    from: timeText(fromMs),
    to: timeText(nowMs),
    max_usd_per_hour: usd(priceCap(settings)),
    on_demand_usd_per_hour: usd(settings.on_demand_price_usd),
    extras_usd_per_hour: usd(volumeUsdPerHour(extras, nowMs) + extras.address_usd_per_hour),
    zones: settings.zones.toSorted().map((zone) => zoneView(zone, told)),
  };
}

function zoneView(zone: string, told: readonly PriceChange[]): PricesView["zones"][number] {
  const changes = told
    .filter((change) => change.zone === zone)
    .sort((a, b) => a.atMs - b.atMs)
    .slice(-mostChanges)
    .map(({ atMs, usdPerHour }) => ({ at: timeText(atMs), usd_per_hour: usd(usdPerHour) }));
  return { zone, usd_per_hour: changes.at(-1)?.usd_per_hour ?? null, changes };
}

const timeText = (ms: number): string => new Date(ms).toISOString();
const usd = (amount: number): string => usdText(microsOf(amount));
