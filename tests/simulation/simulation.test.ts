/** That the simulator would notice: each fault does happen, and each rule can be broken. */
import { expect, test } from "vitest";
import { around, calmMarket, hardMarket, upTo } from "../../simulation/played/market.ts";
import { chance } from "../../simulation/faults/hazards.ts";
import { models } from "../../simulation/scenario.ts";
import { trouble } from "../../simulation/soak/trouble.ts";
import { play } from "../../simulation/world.ts";

const hourMs = 3_600_000;

test("a scenario plays the same way each time", async () => {
  const [one, other] = [await play(trouble(12), true), await play(trouble(12), true)];
  expect(one.timeline.length).toBeGreaterThan(20);
  expect(other).toEqual(one);
});

test("leaving something out of a scenario changes nothing else in it", () => {
  const whole = trouble(7);
  const part = trouble(7, { happenings: [0], noise: true, clipsAbove: 1 });
  expect(part.happenings).toEqual(whole.happenings.slice(1));
  expect(part.hazards).toEqual(whole.hazards);
  expect(part.orders.map(({ atMs }) => atMs)).toEqual(whole.orders.map(({ atMs }) => atMs));
  expect(part.orders.every(({ clips }) => clips.length === 1)).toBe(true);
});

test("draws are spread evenly, and depend on the seed and the name alone", () => {
  const draws = Array.from({ length: 10_000 }, (_, call) => chance(3, `machine 1/${call}`));
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  expect(mean).toBeGreaterThan(0.48);
  expect(mean).toBeLessThan(0.52);
  expect(draws.filter((draw) => draw < 0.01).length).toBeGreaterThan(60);
  expect(draws.filter((draw) => draw < 0.01).length).toBeLessThan(150);
  expect(chance(3, "machine 1/9")).toBe(draws[9]);
  expect(chance(4, "machine 1/9")).not.toBe(draws[9]);
});

test("a day's budget that is spent makes the rest wait for the next day, and loses nothing", async () => {
  const budgets = { day_usd: 0.03, month_usd: 1 };
  const order = { model: models.small, speed: "fast", clips: [30, 30, 30, 30] } as const;
  const scenario = trouble(2);
  const { report, violations } = await play(
    {
      ...scenario,
      settings: { ...scenario.settings, budgets },
      orders: [0, 1, 2, 3].map((hour) => ({ ...order, atMs: hour * hourMs })),
      hazards: { ...scenario.hazards, rate: 0, outages: [] },
      brokenShare: 0,
      happenings: [],
      market: calmMarket(1, 60 * hourMs),
      timeToEndMs: 60 * hourMs,
    },
    false,
  );
  expect(violations).toEqual([]);
  expect(report.items_succeeded).toBe(16);
  expect(report.simulated_hours).toBeGreaterThan(24);
  // On each day at most one machine over the budget: here one lives for a few minutes.
  expect(report.cost_usd).toBeLessThan(2 * (budgets.day_usd + 0.25 / 10));
});

test("a hard market has droughts, a calm one has none", () => {
  const droughts = (steps: readonly { capacity: number }[]) =>
    steps.filter(({ capacity }) => capacity === 0).length;
  const supply = { zones: 3, upMs: around(hourMs), downMs: around(hourMs), machines: upTo(2) };
  const hard = hardMarket("hard", 5, 24 * hourMs, supply);
  expect(hard.zones.every(({ steps }) => droughts(steps) > 0)).toBe(true);
  const region = hardMarket("region", 5, 24 * hourMs, { ...supply, areOne: true });
  const dryTimes = region.zones.map(({ steps }) =>
    steps.filter(({ capacity }) => capacity === 0).map(({ fromMs }) => Math.floor(fromMs / hourMs)),
  );
  expect(new Set(dryTimes.map((times) => [...new Set(times)].join())).size).toBeLessThan(4);
  expect(calmMarket(5, 24 * hourMs).zones.every(({ steps }) => droughts(steps) === 0)).toBe(true);
});
