/** What batches were estimated to cost, and what they cost: the real launcher and agents, a T4's pace and boots. */
import { expect, test } from "vitest";
import { calmMarket } from "../../simulation/played/market.ts";
import { models, plainDay } from "../../simulation/scenario.ts";
import { ordersOfADay, type Order } from "../../simulation/played/workload.ts";
import { play } from "../../simulation/world.ts";

const hourMs = 3_600_000;

const reportOn = (seed: number, orders: readonly Order[]) =>
  play({ ...plainDay(seed), market: calmMarket(seed, 24 * hourMs), orders }, false);

test("when batches share boots for half a day, nine in ten cost what was estimated", async () => {
  const { report } = await reportOn(1, ordersOfADay(1, 12, models.small, "mixed"));
  expect(report.batches).toBeGreaterThan(50);
  expect(report.batches_as_estimated / report.batches).toBeGreaterThan(0.9);
});

test.each<[model: string, count: number, seconds: number]>([
  [models.small, 1, 10],
  [models.small, 40, 10],
  [models.small, 400, 30],
  [models.medium, 1, 30],
  [models.medium, 100, 30],
])("a batch alone costs what was estimated: by %s, %i clips of %i s", async (...asked) => {
  const [model, count, seconds] = asked;
  for (const speed of ["fast", "standard", "economy"] as const) {
    const clips = Array.from({ length: count }, () => seconds);
    // The first one finds no price, and the second what the first has shown.
    const orders = [0, 2 * hourMs].map((atMs) => ({ atMs, model, speed, clips }));
    const { report } = await reportOn(1, orders);
    expect(report, speed).toMatchObject({ batches: 2, batches_as_estimated: 2 });
  }
});
