/** The fleet's own rules while calls fail, hang and are cut off: through an hour of that, and in the middle of launches. */
import { expect, test } from "vitest";
import type { FaultKind } from "../../simulation/faults/hazards.ts";
import { SeededRandom } from "../../simulation/memory/seeded-random.ts";
import {
  around,
  calmMarket,
  endsWell,
  hardMarket,
  pricedAt,
  upTo,
  type Market,
} from "../../simulation/played/market.ts";
import { pick, type Order } from "../../simulation/played/workload.ts";
import { models, type Happening, type Scenario } from "../../simulation/scenario.ts";
import { trouble } from "../../simulation/soak/trouble.ts";
import { play } from "../../simulation/world.ts";
import { untroubled } from "./untroubled.ts";

const minuteMs = 60_000;

/** MGB_SEEDS=from-to plays others, such as the one that a failure names. */
const [from = 1, to = 10] = (process.env["MGB_SEEDS"] ?? "")
  .split("-")
  .flatMap((text) => (text === "" ? [] : [Number(text)]));
const seeds = Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Errors and cuts before and after a call has acted, and calls that take long. */
const kinds: readonly FaultKind[] = ["refused", "lost", "repeated", "crash_before", "crash_after", "slow"];
const hourMs = 60 * minuteMs;
/** The longest wait is the half hour after failed starts, the longest work an economy batch's quarter of an hour. */
const calmMs = 200 * minuteMs;

function anHourOfFaults(seed: number): Scenario {
  const random = new SeededRandom(seed);
  const scenario = untroubled(trouble(2));
  const at = (): number => Math.floor(random.next() * hourMs);
  const many = (kind: "interrupt" | "kill" | "reclaim", count: number): readonly Happening[] =>
    Array.from({ length: count }, () => ({ kind, atMs: at() }));
  const stop = (): Happening => ({
    kind: "stop",
    atMs: at(),
    forMs: (1 + 10 * random.next()) * minuteMs,
    inLaunch: random.next() < 0.5,
    losesAnswer: random.next() < 0.5,
  });
  return {
    ...scenario,
    seed,
    orders: Array.from({ length: 9 }, () =>
      orderAt(at(), pick(["fast", "standard", "economy"], random), 10 + Math.floor(random.next() * 50)),
    ),
    happenings: [...many("interrupt", 6), ...many("kill", 2), ...many("reclaim", 2), stop(), stop(), stop()],
    hazards: {
      ...scenario.hazards,
      seed,
      rate: 0.02,
      kinds,
      calmFromMs: hourMs,
      maxLatencyMs: 100,
      maxDelayMs: 15_000,
    },
    noise: { ...scenario.noise, seed, twice: 0.3 },
    market: scarceForAnHour(seed, random),
    brokenShare: 0.04,
    listDelayMs: 3000,
    timeToEndMs: calmMs,
  };
}

/** Zones with two machines at most that run dry, and each for five minutes over the cap of the price. */
function scarceForAnHour(seed: number, random: SeededRandom): Market {
  const supply = { zones: 3, upMs: around(10 * minuteMs), downMs: around(5 * minuteMs), machines: upTo(2) };
  const { name, zones } = hardMarket(`scarce-${seed}`, seed, hourMs, supply);
  return {
    name,
    zones: zones.map((zone) => {
      const dearMs = Math.floor(random.next() * 55 * minuteMs);
      return endsWell(pricedAt(0.5, dearMs, dearMs + 5 * minuteMs, zone), hourMs);
    }),
  };
}

/** Three submits at once, each of which wakes the launcher, and an operator who stops within the next minute. */
function aStopInALaunch(seed: number): Scenario {
  const random = new SeededRandom(seed);
  const scenario = untroubled(trouble(2));
  const stop: Happening = {
    kind: "stop",
    atMs: Math.floor(random.next() * minuteMs),
    // Longer than a stop may take to be proven.
    forMs: 10 * minuteMs,
    inLaunch: random.next() < 0.5,
    losesAnswer: random.next() < 0.5,
  };
  return {
    ...scenario,
    seed,
    orders: [8, 8, 8].map((clips) => orderAt(0, "fast", clips)),
    happenings: [stop],
    hazards: {
      ...scenario.hazards,
      seed,
      rate: 0.1,
      kinds: [...kinds, "slow", "slow", "slow"],
      calmFromMs: 5 * minuteMs,
      maxLatencyMs: 500,
      maxDelayMs: 15_000,
    },
    noise: { ...scenario.noise, seed, twice: 0.3 },
    market: calmMarket(seed, hourMs),
    listDelayMs: 3000,
    timeToEndMs: calmMs,
  };
}

const orderAt = (atMs: number, speed: Order["speed"], clips: number): Order => ({
  atMs,
  model: models.small,
  speed,
  clips: Array.from({ length: clips }, () => 20),
});

test.each(seeds)(
  "seed %d: an hour of faults breaks no rule of the fleet, and afterwards everything is made",
  async (seed) => {
    const scenario = anHourOfFaults(seed);
    const { report, violations } = await play(scenario, false);
    expect(violations).toEqual([]);
    expect(report.items_succeeded).toBe(scenario.orders.flatMap(({ clips }) => clips).length);
    expect(report.faults).toBeGreaterThan(100);
  },
);

test.each(seeds)(
  "seed %d: a stop at any moment of a launch is never proven too early, and is proven in the end",
  async (seed) => {
    for (let history = 0; history < 4; history += 1) {
      const { report, violations } = await play(aStopInALaunch(seed * 100 + history), false);
      expect.soft(violations, `history ${history}`).toEqual([]);
      expect.soft(report.items_succeeded, `history ${history}`).toBe(24);
    }
  },
);
