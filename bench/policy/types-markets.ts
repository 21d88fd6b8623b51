/** Markets of two machine types: how their shortages go together decides what a second type is worth. */
import type { Market, Supply } from "../../simulation/played/market.ts";
import { around, calmMarket, dearerPool, hardMarket, shifted, upTo } from "../../simulation/played/market.ts";
import { marketFromTypesTrace, tracesIn } from "../../simulation/played/traces.ts";
import { firstType, typesOfTrace } from "./types.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const lengthMs = 6 * dayMs;

/** A region that is short of a type for an eighth of the time. */
const scarce: Supply = {
  zones: 3,
  areOne: true,
  upMs: around(5 * hourMs),
  downMs: around(42 * 60_000),
  machines: upTo(16),
};

function bothOf(name: string, first: Market, second: Market): Market {
  const { first: one, second: other } = typesOfTrace;
  return {
    name,
    zones: [
      ...first.zones.map((zone) => dearerPool(zone, one)),
      ...second.zones.map((zone) => dearerPool(zone, other)),
    ],
  };
}

/** The shortages of the two types are independent, the same, or of the first type alone. */
export function typesMarkets(seed: number): readonly Market[] {
  // A day later it does not matter any more how they begin.
  const market = (part: number): Market =>
    shifted(hardMarket("scarce", seed * 10 + part, dayMs + lengthMs, scarce), dayMs);
  return [
    bothOf(`independent-${seed}`, market(1), market(2)),
    bothOf(`correlated-${seed}`, market(3), market(3)),
    bothOf(`first_alone-${seed}`, market(4), calmMarket(seed * 10 + 4, lengthMs)),
  ];
}

/**
 * Each measured market, from several days of its trace on: what a batch meets at the start is the luck of that hour.
 * @throws TraceError when the folder is not there, or a file no trace
 */
export const measuredTypesMarkets = (folder: string, seed: number): readonly Market[] =>
  tracesIn(folder).flatMap((file) => {
    const market = marketFromTypesTrace(file, seed, typesOfTrace);
    return startDays
      .filter((day) => day === startDays[0] || lastsFor(market) - day * dayMs >= lengthMs)
      .map((day) => shifted(market, day * dayMs));
  });
const startDays = [1, 5, 9, 13, 17, 21] as const;

/** Until its last change. */
const lastsFor = ({ zones }: Market): number =>
  Math.max(...zones.map(({ steps }) => steps.at(-1)?.fromMs ?? 0));

/** The same market for a stage that knows the first type alone. */
export const ofFirstType = ({ name, zones }: Market): Market => ({
  name,
  zones: zones.filter(({ instanceType }) => instanceType === firstType),
});
