/** The real launcher and agents with a day, or a month, whose money ends while machines work. */
import { expect, test } from "vitest";
import { calmMarket, pricedAt } from "../../simulation/played/market.ts";
import { models, type Scenario } from "../../simulation/scenario.ts";
import { trouble } from "../../simulation/soak/trouble.ts";
import { play } from "../../simulation/world.ts";
import { untroubled } from "./untroubled.ts";

const hourMs = 3_600_000;
const lengthMs = 48 * hourMs;
/** More than a day's budget pays for, and less than two. */
const clips = 140;

/** Three machines' work at 0.20 USD an hour, and no trouble but the budget. */
function scenarioOf(startAt: string, budgets: Scenario["settings"]["budgets"]): Scenario {
  const scenario = untroubled(trouble(2));
  const { settings } = scenario;
  return {
    ...scenario,
    startMs: Date.parse(startAt),
    settings: { ...settings, budgets, worker: { ...settings.worker, max_lifetime_seconds: 3600 } },
    orders: [{ atMs: 0, model: models.small, speed: "fast", clips: Array.from({ length: clips }, () => 30) }],
    market: {
      name: "one price",
      zones: calmMarket(1, lengthMs).zones.map((zone) => pricedAt(0.2, 0, lengthMs, zone)),
    },
    timeToEndMs: lengthMs,
  };
}
/** When, after the start, and for which budget machines were told to leave. */
const told = (timeline: readonly string[]): readonly string[] =>
  timeline.flatMap((line) => {
    const match = /^(\d\d:\d\d).*a machine is told to leave .*"reason":"(\w+)"/.exec(line);
    return match === null ? [] : [`${match[1] ?? ""} ${match[2] ?? ""}`];
  });

test("machines leave in time for the day's budget, nothing is lost or made twice, and the rest is made the next day", async () => {
  const scenario = scenarioOf("2026-01-15T22:00:00Z", { day_usd: 0.07, month_usd: 10 });
  const { report, violations, timeline } = await play(scenario, true);
  expect(violations).toEqual([]);
  expect(report).toMatchObject({ items_succeeded: clips, steps_made_again: 0 });
  const first = told(timeline).filter((line) => line < "02:00");
  expect(first).toHaveLength(3);
  expect(new Set(first.map((line) => line.slice(6)))).toEqual(new Set(["budget_day"]));
  // They made most of it, and one machine was bought for the rest.
  expect(report.machines).toBe(4);
});

test("a month's budget is kept in the same way, and the next month goes on", async () => {
  const scenario = scenarioOf("2026-01-31T22:00:00Z", { day_usd: 10, month_usd: 0.05 });
  const { report, violations, timeline } = await play(scenario, true);
  expect(violations).toEqual([]);
  expect(report.items_succeeded).toBe(clips);
  expect(new Set(told(timeline).map((line) => line.slice(6)))).toEqual(new Set(["budget_month"]));
});

test("machines that work over midnight are held against the budget of the day that begins", async () => {
  // Five minutes before midnight, on a day whose budget is large beside what is left of it.
  const scenario = scenarioOf("2026-01-15T23:55:00Z", { day_usd: 0.03, month_usd: 10 });
  const { report, violations } = await play(scenario, true);
  expect(violations).toEqual([]);
  expect(report).toMatchObject({ items_succeeded: clips, steps_made_again: 0 });
});
