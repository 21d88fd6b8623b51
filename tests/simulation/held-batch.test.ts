/** The real launcher and agent with a batch that may not cost what it would. */
import { expect, test } from "vitest";
import { calmMarket, pricedAt } from "../../simulation/played/market.ts";
import { models } from "../../simulation/scenario.ts";
import { trouble } from "../../simulation/soak/trouble.ts";
import type { Order } from "../../simulation/played/workload.ts";
import { play } from "../../simulation/world.ts";
import { untroubled } from "./untroubled.ts";

const minuteMs = 60_000;
const usdPerHour = 0.2;

/** Four slots that make one audio second a second each, a boot of a minute or so, and no trouble at all. */
async function playWith(orders: readonly Order[]) {
  const scenario = untroubled(trouble(2));
  const { settings } = scenario;
  const lengthMs = 24 * 60 * minuteMs;
  return play(
    {
      ...scenario,
      settings: { ...settings, worker: { ...settings.worker, max_lifetime_seconds: 3600 } },
      orders,
      market: {
        name: "one price",
        zones: calmMarket(1, lengthMs).zones.map((zone) => pricedAt(usdPerHour, 0, lengthMs, zone)),
      },
      timeToEndMs: 4 * 60 * minuteMs,
    },
    true,
  );
}
const clips = (count: number): number[] => Array.from({ length: count }, () => 30);
const order: Order = { atMs: 0, model: models.small, speed: "fast", clips: clips(120) };

/** A boot of 60 s and five minutes, with the volume and the address. */
const leaseUsd = 0.0212;

test.each([0.02, 0.03, 0.04])(
  "a batch that may cost %d USD costs that, and passes it by less than a boot and five minutes of one machine",
  async (maxUsd) => {
    const budget = { maxUsd, liftedAfterMs: Infinity };
    const { report, violations } = await playWith([{ ...order, budget, expiresInSeconds: 3600 }]);
    expect(violations).toEqual([]);
    expect(report.cost_usd).toBeLessThan(maxUsd + leaseUsd);
    expect(report.cost_usd).toBeGreaterThan(0.6 * maxUsd);
    expect(report.items_succeeded).toBeGreaterThan(0);
    expect(report.items_succeeded).toBeLessThan(120);
    // What is left over buys no boot after boot.
    expect(report.machines).toBe(report.most_machines_at_once);
  },
);

test("a batch whose budget does not pay for a boot gets no machine", async () => {
  const budget = { maxUsd: 0.001, liftedAfterMs: Infinity };
  const { report, violations } = await playWith([{ ...order, budget, expiresInSeconds: 3600 }]);
  expect(violations).toEqual([]);
  expect(report).toMatchObject({ machines: 0, cost_usd: 0, items_succeeded: 0 });
});

test("when its owner lifts the budget the rest is made, every clip once", async () => {
  const budget = { maxUsd: 0.03, liftedAfterMs: 90 * minuteMs };
  const { report, violations } = await playWith([{ ...order, budget }]);
  expect(violations).toEqual([]);
  expect(report).toMatchObject({ items_succeeded: 120, item_interruptions: 0, steps_made_again: 0 });
});

test("behind a held batch others are made in time", async () => {
  const held: Order = { ...order, budget: { maxUsd: 0.02, liftedAfterMs: 3 * 60 * minuteMs } };
  const others = [30, 60, 120].map((minute) => ({
    ...order,
    atMs: minute * minuteMs,
    clips: clips(8),
    expiresInSeconds: 600,
  }));
  const { report, violations } = await playWith([held, ...others]);
  expect(violations).toEqual([]);
  expect(report.items_succeeded).toBe(144);
});

test("among the seeds of the suite there are batches that are held, and that go on", async () => {
  const told = (timeline: readonly string[], what: string): number =>
    timeline.filter((line) => line.includes(what)).length;
  let held = 0;
  let released = 0;
  for (let seed = 1; seed <= 60 && (held === 0 || released === 0); seed += 1) {
    const { timeline } = await play(trouble(seed), true);
    held += told(timeline, "a batch is held");
    released += told(timeline, "a batch continues");
  }
  expect(held).toBeGreaterThan(0);
  expect(released).toBeGreaterThan(0);
});
