/** The real submit and agents with a batch whose clips were made before. */
import { expect, test } from "vitest";
import { calmMarket } from "../../simulation/played/market.ts";
import type { Order } from "../../simulation/played/workload.ts";
import { models } from "../../simulation/scenario.ts";
import { trouble } from "../../simulation/soak/trouble.ts";
import { play } from "../../simulation/world.ts";
import { untroubled } from "./untroubled.ts";

const hourMs = 3_600_000;
const order: Order = { atMs: 0, model: models.small, speed: "fast", clips: [10, 10, 10, 10], reuses: true };

const playWith = (orders: readonly Order[]) =>
  play(
    { ...untroubled(trouble(2)), orders, market: calmMarket(1, 24 * hourMs), timeToEndMs: 4 * hourMs },
    true,
  );

test("a batch that was made before is given whole, without a machine, and every receipt holds", async () => {
  const once = await playWith([order]);
  const twice = await playWith([order, { ...order, atMs: 2 * hourMs }]);
  expect([once.violations, twice.violations]).toEqual([[], []]);
  expect(twice.report.items_succeeded).toBe(8);
  expect(twice.report.machines).toBe(once.report.machines);
  expect(twice.report.cost_usd).toBe(once.report.cost_usd);
});
