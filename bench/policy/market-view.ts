import { poolKey } from "../../shared/contract/pool-key.ts";
import { firstType } from "./types.ts";
import type { Market, MarketStep, ZoneMarket } from "../../simulation/played/market.ts";

/** Where a market stands at any moment; asked mostly for moments that follow one another. */
export class MarketView {
  /** Pools by name: a machine type in a zone. */
  readonly zones: readonly string[];
  readonly #views = new Map<string, { readonly steps: ZoneMarket["steps"]; place: number }>();

  constructor({ zones }: Market) {
    this.zones = zones.map(nameOf);
    for (const pool of zones) this.#views.set(nameOf(pool), { steps: pool.steps, place: 0 });
  }

  at(zone: string, atS: number): Pick<MarketStep, "capacity" | "priceUsdPerHour"> {
    const view = this.#seek(zone, atS);
    return view?.steps[view.place] ?? { capacity: 0, priceUsdPerHour: Infinity };
  }

  /** When its capacity or its price changes next; Infinity when never. */
  nextChangeS(zone: string, afterS: number): number {
    const view = this.#seek(zone, afterS);
    return (view?.steps[view.place + 1]?.fromMs ?? Infinity) / 1000;
  }

  /** The next moment, from then on, at which any zone has a machine; Infinity when never. */
  nextCapacityS(fromS: number): number {
    return Math.min(...this.zones.map((zone) => this.#nextCapacityOfS(zone, fromS)));
  }

  #nextCapacityOfS(zone: string, fromS: number): number {
    for (let atS = fromS; atS < Infinity; atS = this.nextChangeS(zone, atS))
      if (this.at(zone, atS).capacity > 0) return atS;
    return Infinity;
  }

  #seek(zone: string, atS: number): { readonly steps: ZoneMarket["steps"]; place: number } | undefined {
    const view = this.#views.get(zone);
    if (view === undefined) return undefined;
    // In seconds, as `nextChangeS` tells it: a step that was not yet in force at its own time would never be passed.
    const startS = (place: number): number => (view.steps[place]?.fromMs ?? Infinity) / 1000;
    while (view.place > 0 && startS(view.place) > atS) view.place -= 1;
    while (startS(view.place + 1) <= atS) view.place += 1;
    return view;
  }
}

/** Where a market says no type, all its machines are of the first. */
const nameOf = ({ instanceType = firstType, zone }: ZoneMarket): string => poolKey({ instanceType, zone });

export const typeOfPool = (name: string): string => name.split("/")[0] ?? firstType;
export const zoneOfPool = (name: string): string => name.split("/")[1] ?? "";
