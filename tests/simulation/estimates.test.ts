/** What batches were estimated to cost, and what they cost: the real launcher and agents, a T4's pace and boots. */
import { expect, test } from "vitest";
import { calmMarket } from "../../simulation/market.ts";
import { models, newYearMs, stageSettings, t4, type Scenario } from "../../simulation/scenario.ts";
import { ordersOfADay, type Order } from "../../simulation/workload.ts";
import { play } from "../../simulation/world.ts";

const hourMs = 3_600_000;

function reportOn(seed: number, orders: readonly Order[]) {
  const scenario: Scenario = {
    seed,
    startMs: newYearMs,
    settings: stageSettings(),
    market: calmMarket(seed, 24 * hourMs),
    orders,
    happenings: [],
    hazards: {
      seed,
      rate: 0,
      kinds: [],
      outages: [],
      calmFromMs: 0,
      maxLatencyMs: 0,
      maxSkewMs: 0,
      maxDelayMs: 0,
      leftOut: 0,
    },
    noise: { seed, late: 0, twice: 0, atMostLateMs: 0 },
    engines: t4,
    bootMs: [130_000, 220_000],
    noticeMs: 120_000,
    brokenShare: 0,
    listDelayMs: 2000,
    lostEvents: 0,
    settleMs: 48 * hourMs,
    lengthMs: 0,
  };
  return play(scenario, false);
}

test(
  "of half a day of batches that share boots nine in ten cost what was estimated",
  { timeout: 120_000 },
  async () => {
    const { report } = await reportOn(1, ordersOfADay(1, 12, models.small, "mixed"));
    expect(report.batches).toBeGreaterThan(50);
    expect(report.batches_as_estimated / report.batches).toBeGreaterThan(0.9);
  },
);

test.each<[model: string, count: number, seconds: number]>([
  [models.small, 1, 10],
  [models.small, 40, 10],
  [models.small, 400, 30],
  [models.medium, 1, 30],
  [models.medium, 100, 30],
])(
  "a batch alone costs what was estimated: by %s, %i clips of %i s",
  { timeout: 120_000 },
  async (...asked) => {
    const [model, count, seconds] = asked;
    for (const speed of ["fast", "standard", "economy"] as const) {
      const clips = Array.from({ length: count }, () => seconds);
      // The first one finds no price, and the second what the first has shown.
      const orders = [0, 6 * hourMs].map((atMs) => ({ atMs, model, speed, clips }));
      const { report } = await reportOn(1, orders);
      expect(report, speed).toMatchObject({ batches: 2, batches_as_estimated: 2 });
    }
  },
);
