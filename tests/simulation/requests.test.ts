/** What a batch costs of S3 and SQS from its submit to its receipts, with everything that asks them anything. */
import { expect, test } from "vitest";
import { calmMarket } from "../../simulation/played/market.ts";
import { models, stageSettings, t4 } from "../../simulation/scenario.ts";
import { trouble } from "../../simulation/soak/trouble.ts";
import type { Order } from "../../simulation/played/workload.ts";
import { play } from "../../simulation/world.ts";

const minuteMs = 60_000;
const clips = 1000;

/** Machines as a T4 is thought to be, in a calm market; every tick of the launcher and the reaper included. */
async function requestsFor(change: Partial<Order>) {
  const scenario = trouble(2);
  const order: Order = {
    atMs: 0,
    model: models.small,
    speed: "standard",
    clips: Array.from({ length: clips }, () => 10),
  };
  const { report, violations } = await play(
    {
      ...scenario,
      settings: stageSettings(),
      orders: [{ ...order, ...change }],
      hazards: { ...scenario.hazards, rate: 0, outages: [], maxSkewMs: 0, leftOut: 0, calmFromMs: 0 },
      noise: { ...scenario.noise, late: 0, twice: 0 },
      engines: t4,
      bootMs: [130_000, 220_000],
      brokenShare: 0,
      happenings: [],
      listDelayMs: 2000,
      lostEvents: 0,
      market: calmMarket(1, 24 * 60 * minuteMs),
      timeToEndMs: 10 * 60 * minuteMs,
    },
    false,
  );
  expect(violations).toEqual([]);
  expect(report.items_succeeded).toBe(clips);
  return {
    writes: report.s3_writes / clips,
    reads: report.s3_reads / clips,
    queue: report.sqs_requests / clips,
  };
}

test.each<[name: string, change: Partial<Order>]>([
  ["a batch of 1,000 clips", {}],
  ["one that has a budget of its own to be looked after", { budget: { maxUsd: 1, liftedAfterMs: Infinity } }],
])("%s asks at most 3 writes, 1 read and 1 queue request a clip", async (_name, change) => {
  const each = await requestsFor(change);
  expect(each.writes).toBeLessThanOrEqual(3);
  expect(each.reads).toBeLessThanOrEqual(1);
  expect(each.queue).toBeLessThanOrEqual(1);
});
