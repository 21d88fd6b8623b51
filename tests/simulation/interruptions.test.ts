/** The real agent on machines that EC2 takes away, one after the other. */
import { expect, test } from "vitest";
import { calmMarket } from "../../simulation/played/market.ts";
import type { Happening } from "../../simulation/scenario.ts";
import { models } from "../../simulation/scenario.ts";
import { trouble } from "../../simulation/soak/trouble.ts";
import { play } from "../../simulation/world.ts";

test("sixty clips on machines that are taken away thirty times are all made, and no step of them twice", async () => {
  const scenario = trouble(2);
  const { settings, hazards } = scenario;
  const happenings = Array.from({ length: 40 }, (_, turn): Happening => ({
    kind: "interrupt",
    atMs: 120_000 + turn * 60_000,
  }));
  const { report, violations } = await play(
    {
      ...scenario,
      settings: { ...settings, worker: { ...settings.worker, max_lifetime_seconds: 3600 } },
      orders: [{ atMs: 0, model: models.small, speed: "fast", clips: Array.from({ length: 60 }, () => 30) }],
      engines: {
        ...scenario.engines,
        [models.small]: { model: models.small, slots: 4, fullRate: 0.4, latencyClips: 1, loadMs: 10_000 },
      },
      noticeMs: 20_000,
      hazards: { ...hazards, rate: 0, outages: [], maxSkewMs: 0, leftOut: 0 },
      noise: { ...scenario.noise, late: 0, twice: 0 },
      brokenShare: 0,
      listDelayMs: 0,
      lostEvents: 0,
      happenings,
      market: calmMarket(1, 3_600_000),
    },
    false,
  );
  expect(violations).toEqual([]);
  expect(report).toMatchObject({ items_succeeded: 60, steps_made_again: 0 });
  expect(report.interruptions).toBeGreaterThanOrEqual(30);
  expect(report.item_interruptions).toBeGreaterThan(30);
});
