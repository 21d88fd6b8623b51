/** What EC2 has to give, and at what price: by zone, over time. */
import { SeededRandom } from "../memory/seeded-random.ts";

/** From `fromMs` (after the start) until the next step. */
export interface MarketStep {
  readonly fromMs: number;
  readonly capacity: number;
  readonly priceUsdPerHour: number;
}
/** A machine type in a zone. */
export interface ZoneMarket {
  /** Absent: the stage's first type. */
  readonly instanceType?: string;
  readonly zone: string;
  /** In time order; the first begins at 0. */
  readonly steps: readonly MarketStep[];
}
export interface Market {
  readonly name: string;
  readonly zones: readonly ZoneMarket[];
}

/** Prices at which g4dn.xlarge has been seen lie near this one; none of the recorded traces has its price history. */
const cheapestUsd = 0.16;
const dearestUsd = 0.25;
const priceEveryMs = 6 * 3_600_000;
const priceStep = 0.02;
/** More machines than a fleet asks for. */
const plenty = 64;

/** Three zones that always have machines. */
export const calmMarket = (seed: number, lengthMs: number): Market =>
  marketOf(`calm-${seed}`, new SeededRandom(seed), lengthMs, 3, () => [{ fromMs: 0, capacity: plenty }]);

/** The same zone, at the given price from one time to another. */
export function pricedAt(usd: number, fromMs: number, toMs: number, pool: ZoneMarket): ZoneMarket {
  const { steps } = pool;
  const edges = [fromMs, toMs].flatMap((atMs) => {
    const step = steps.findLast((one) => one.fromMs <= atMs);
    return step === undefined || step.fromMs === atMs ? [] : [{ ...step, fromMs: atMs }];
  });
  const all = [...steps, ...edges].sort((a, b) => a.fromMs - b.fromMs);
  const isDear = (step: MarketStep): boolean => step.fromMs >= fromMs && step.fromMs < toMs;
  return { ...pool, steps: all.map((step) => (isDear(step) ? { ...step, priceUsdPerHour: usd } : step)) };
}

/** From this time on, everybody who waits for a machine gets one. */
export const endsWell = (pool: ZoneMarket, fromMs: number): ZoneMarket => ({
  ...pool,
  steps: [
    ...pool.steps.filter((step) => step.fromMs < fromMs),
    { fromMs, capacity: 8, priceUsdPerHour: pool.steps.at(-1)?.priceUsdPerHour ?? dearestUsd },
  ],
});

type Draw = (random: SeededRandom) => number;
type Capacities = readonly Omit<MarketStep, "priceUsdPerHour">[];

/** How zones lose and regain their capacity. */
export interface Supply {
  readonly zones: number;
  /** They lose it together, as when a whole region is short. */
  readonly areOne?: true;
  /** How long a zone has machines, and how long it has none. */
  readonly upMs: Draw;
  readonly downMs: Draw;
  /** How many machines, each time. */
  readonly machines: Draw;
}

/** An exponential time: what is left of it never depends on how long it has lasted. */
export const around =
  (meanMs: number): Draw =>
  (random) =>
    -meanMs * Math.log(1 - random.next());

/** A whole number from one up to a maximum. */
export const upTo =
  (most: number): Draw =>
  (random) =>
    1 + Math.floor(random.next() * most);

export function hardMarket(name: string, seed: number, lengthMs: number, supply: Supply): Market {
  const random = new SeededRandom(seed);
  const shared = supply.areOne === true ? droughts(random, lengthMs, supply) : null;
  return marketOf(name, random, lengthMs, supply.zones, () => shared ?? droughts(random, lengthMs, supply));
}

function droughts(random: SeededRandom, lengthMs: number, { upMs, downMs, machines }: Supply): Capacities {
  const steps: { fromMs: number; capacity: number }[] = [];
  let isUp = random.next() < 0.6;
  for (let fromMs = 0; fromMs < lengthMs; isUp = !isUp) {
    steps.push({ fromMs, capacity: isUp ? machines(random) : 0 });
    fromMs += Math.round((isUp ? upMs : downMs)(random)) + 1000;
  }
  return steps;
}

const marketOf = (
  name: string,
  random: SeededRandom,
  lengthMs: number,
  zones: number,
  capacities: () => Capacities,
): Market => ({
  name,
  zones: Array.from({ length: zones }, (_, place) => ({
    zone: `eu-central-1${"abcdef".charAt(place)}`,
    steps: pricedSteps(capacities(), random, lengthMs),
  })),
});

/** Capacities, with prices that are drawn for as long. */
export const pricedSteps = (
  capacities: Capacities,
  random: SeededRandom,
  lengthMs: number,
): readonly MarketStep[] => withPrices(capacities, pricesOf(random, lengthMs));

/** A price moves by 2 % four times a day. */
function pricesOf(random: SeededRandom, lengthMs: number): readonly (readonly [number, number])[] {
  const prices: (readonly [number, number])[] = [];
  let price = cheapestUsd + random.next() * (dearestUsd - cheapestUsd);
  for (let fromMs = 0; fromMs < lengthMs; fromMs += priceEveryMs) {
    prices.push([fromMs, Math.round(price * 10_000) / 10_000]);
    price *= 1 + (random.next() * 2 - 1) * priceStep;
  }
  return prices;
}

/** Two step functions of time, combined into one. */
function withPrices(
  capacities: Capacities,
  prices: readonly (readonly [number, number])[],
): readonly MarketStep[] {
  const times = [
    ...new Set([...capacities.map(({ fromMs }) => fromMs), ...prices.map(([fromMs]) => fromMs)]),
  ];
  times.sort((a, b) => a - b);
  return times.map((fromMs) => ({
    fromMs,
    capacity: capacities.findLast((step) => step.fromMs <= fromMs)?.capacity ?? 0,
    priceUsdPerHour: prices.findLast(([at]) => at <= fromMs)?.[1] ?? dearestUsd,
  }));
}

/** What a machine type is called in a market, and how many times as dear as the first one it is. */
export interface TypeOfTrace {
  readonly instanceType: string;
  readonly dearer: number;
}

/** A pool of another type, with the same shortages. */
export const dearerPool = (
  { zone, steps }: ZoneMarket,
  { instanceType, dearer }: TypeOfTrace,
): ZoneMarket => ({
  instanceType,
  zone,
  steps: steps.map((step) => ({ ...step, priceUsdPerHour: step.priceUsdPerHour * dearer })),
});

/** The part of a market that begins this much later. */
export const shifted = ({ name, zones }: Market, byMs: number): Market => ({
  name: `${name}+${Math.round(byMs / 3_600_000)}h`,
  zones: zones.map((pool) => {
    const { steps } = pool;
    const first = Math.max(
      0,
      steps.findLastIndex(({ fromMs }) => fromMs <= byMs),
    );
    return {
      ...pool,
      steps: steps.slice(first).map((step) => ({ ...step, fromMs: Math.max(0, step.fromMs - byMs) })),
    };
  }),
});
