/** Spot prices as lines: a price holds until the next. */
import type { Schemas } from "../../../client/client.ts";
import { placeIn, type TimeWindow } from "./time-window.ts";

type Prices = Schemas["Prices"];
export type TypePrices = Prices["other_types"][number];
export type ZonePrices = TypePrices["zones"][number];
type Machine = NonNullable<Schemas["Usage"]["instances"]>[number];

/** The stage's machine types, the first one first. */
export const typesOf = (prices: Prices): readonly TypePrices[] => [prices, ...prices.other_types];

export const windowOf = ({ from, to }: Prices): TimeWindow => ({
  fromMs: Date.parse(from),
  toMs: Date.parse(to),
});

/** What the upper end of the picture stands for, in USD: a round amount over the cap and over every price. */
export function ceilingOf({ max_usd_per_hour, zones }: TypePrices): number {
  const amounts = zones.flatMap(({ changes }) => changes.map(({ usd_per_hour }) => Number(usd_per_hour)));
  const most = Math.max(Number(max_usd_per_hour), ...amounts) * 1.1;
  return most <= 0.5 ? Math.ceil(most * 20) / 20 : Math.ceil(most * 5) / 5;
}

export interface Step {
  /** In percent of the window. */
  readonly left: number;
  readonly usd: number;
}

export const stepsOf = ({ changes }: ZonePrices, window: TimeWindow): readonly Step[] =>
  changes.flatMap(({ at, usd_per_hour }) => {
    const place = placeIn(window, Date.parse(at), window.toMs);
    return place === null ? [] : [{ left: place.left, usd: Number(usd_per_hour) }];
  });

export interface LaunchMark {
  readonly instanceId: string;
  readonly at: string;
  readonly left: number;
  /** The price in force. */
  readonly usd: number;
}

/** The spot machines of a type that were launched into a zone, on the zone's line. @param firstType that of a machine which tells none */
export function launchesOn(
  machines: readonly Machine[],
  { instance_type }: TypePrices,
  zone: ZonePrices,
  window: TimeWindow,
  firstType: string,
): readonly LaunchMark[] {
  const steps = stepsOf(zone, window);
  return machines
    .filter(
      (machine) =>
        machine.market === "spot" &&
        machine.zone === zone.zone &&
        (machine.instance_type ?? firstType) === instance_type,
    )
    .flatMap(({ instance_id, launched_at }) => {
      const atMs = Date.parse(launched_at);
      const left = atMs < window.fromMs ? undefined : placeIn(window, atMs, atMs)?.left;
      const usd = steps.findLast((step) => left !== undefined && step.left <= left)?.usd;
      return left === undefined || usd === undefined
        ? []
        : [{ instanceId: instance_id, at: launched_at, left, usd }];
    });
}
