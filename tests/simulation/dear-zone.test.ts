/** The real launcher and agent in a zone whose price rises over the cap while they work. */
import { expect, test } from "vitest";
import { calmMarket, pricedAt } from "../../simulation/played/market.ts";
import { models } from "../../simulation/scenario.ts";
import { trouble } from "../../simulation/soak/trouble.ts";
import { play } from "../../simulation/world.ts";
import { untroubled } from "./untroubled.ts";

const minuteMs = 60_000;

/** One machine, ten minutes of work for it, and two zones: the cheap one is dear from minute to minute. */
async function playWith(fromMinute: number, toMinute: number) {
  const scenario = untroubled(trouble(2));
  const { settings } = scenario;
  const [cheap, other] = calmMarket(1, 60 * minuteMs).zones;
  if (cheap === undefined || other === undefined) throw new Error("expected two zones");
  const flat = (usd: number, zone: typeof cheap) => pricedAt(usd, 0, 60 * minuteMs, zone);
  return play(
    {
      ...scenario,
      settings: {
        ...settings,
        over_price_seconds: 180,
        limits: { ...settings.limits, max_instances: 1 },
        worker: { ...settings.worker, max_lifetime_seconds: 3600 },
      },
      orders: [{ atMs: 0, model: models.small, speed: "fast", clips: Array.from({ length: 80 }, () => 30) }],
      market: {
        name: "two zones",
        zones: [
          pricedAt(0.5, fromMinute * minuteMs, toMinute * minuteMs, flat(0.16, cheap)),
          flat(0.24, other),
        ],
      },
    },
    true,
  );
}
const zonesIn = (timeline: readonly string[]): string[] =>
  timeline.flatMap((line) => /launched i-\w+ in (\S+)$/.exec(line)?.[1] ?? []);

test("its machine leaves once the price has been over the cap for long enough, and no clip is cut short", async () => {
  const { report, violations, timeline } = await playWith(4, 60);
  expect(violations).toEqual([]);
  expect(report).toMatchObject({ items_succeeded: 80, item_interruptions: 0, machines: 2 });
  const [first, second] = zonesIn(timeline);
  expect(first).not.toBe(second);
  expect(timeline.filter((line) => line.includes("a machine is told to leave"))).toHaveLength(1);
});

test("its machine stays through a price that is over the cap for a shorter time", async () => {
  const { report, violations, timeline } = await playWith(4, 6.5);
  expect(violations).toEqual([]);
  expect(report).toMatchObject({ items_succeeded: 80, machines: 1 });
  expect(timeline.filter((line) => line.includes("a machine is told to leave"))).toEqual([]);
});

test("among the seeds of the suite there are machines that are told to leave", async () => {
  let told = 0;
  for (let seed = 1; seed <= 40 && told === 0; seed += 1) {
    const { timeline } = await play(trouble(seed), true);
    told += timeline.filter((line) => line.includes("a machine is told to leave")).length;
  }
  expect(told).toBeGreaterThan(0);
});
