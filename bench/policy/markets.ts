/**
 * The markets of the bench. Hard ones are of many kinds, since nobody knows what EC2 will be short of: a policy that
 * is good on one kind only would show it. All are drawn from the seed.
 */
import type { Market, Supply } from "../../simulation/played/market.ts";
import { around, calmMarket, hardMarket, shifted, upTo } from "../../simulation/played/market.ts";
import { marketFromTrace, tracesIn } from "../../simulation/played/traces.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const lengthMs = 6 * 24 * hourMs;

export const calmMarkets = (seed: number): readonly Market[] =>
  [1, 2, 3].map((part) => calmMarket(seed * 10 + part, lengthMs));

/** Most are short, a few last for a day: as measured droughts are. */
const heavyTailed =
  (leastMs: number): Supply["upMs"] =>
  (random) =>
    Math.min(24 * hourMs, leastMs / (1 - random.next()) ** (1 / 1.1));

/** A machine a zone or four: probes of one machine leave it open. */
const few = upTo(4);
const many = upTo(16);

const kinds: Readonly<Record<string, Supply>> = {
  short_supply: { zones: 3, upMs: around(1.5 * hourMs), downMs: around(hourMs), machines: few },
  flapping: { zones: 3, upMs: around(12 * minuteMs), downMs: around(12 * minuteMs), machines: few },
  one_zone: { zones: 1, upMs: around(2 * hourMs), downMs: around(40 * minuteMs), machines: many },
  whole_region: {
    zones: 3,
    areOne: true,
    upMs: around(5 * hourMs),
    downMs: around(1.5 * hourMs),
    machines: many,
  },
  heavy_tailed: {
    zones: 2,
    upMs: heavyTailed(20 * minuteMs),
    downMs: heavyTailed(8 * minuteMs),
    machines: few,
  },
  dry: { zones: 3, upMs: around(30 * minuteMs), downMs: around(2.5 * hourMs), machines: few },
};

export const hardMarkets = (seed: number): readonly Market[] =>
  Object.entries(kinds).map(([kind, supply], part) =>
    hardMarket(`${kind}-${seed}`, seed * 10 + part, lengthMs, supply),
  );

/** Each measured market begins a day into its trace. @throws TraceError when the folder is not there, or a file no trace */
export const measuredMarkets = (folder: string, seed: number): readonly Market[] =>
  tracesIn(folder).map((file) => shifted(marketFromTrace(file, seed), 24 * hourMs));
