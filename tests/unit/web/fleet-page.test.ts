import { describe, expect, test } from "vitest";
import { ceilingOf, launchesOn, stepsOf, type TypePrices } from "../../../web/pages/fleet/price-steps.ts";
import { placeIn, ticksOf, windowOf } from "../../../web/pages/fleet/time-window.ts";

const hourMs = 3_600_000;
const day = { fromMs: 0, toMs: 24 * hourMs };
const at = (hour: number): string => new Date(hour * hourMs).toISOString();

describe("the last day", () => {
  test("begins with what is drawn first, shows ten minutes at least, and 24 hours at most", () => {
    const nowMs = 100 * hourMs;
    expect(windowOf([nowMs - 3 * hourMs], nowMs)).toEqual({ fromMs: 97 * hourMs, toMs: nowMs });
    expect(windowOf([nowMs - 1000], nowMs).fromMs).toBe(nowMs - 600_000);
    expect(windowOf([0], nowMs).fromMs).toBe(76 * hourMs);
  });

  test("cuts off what lies before it, and leaves out what ended before it", () => {
    expect(placeIn(day, -12 * hourMs, 6 * hourMs)).toEqual({ left: 0, width: 25 });
    expect(placeIn(day, 18 * hourMs, 30 * hourMs)).toEqual({ left: 75, width: 25 });
    expect(placeIn(day, -2 * hourMs, -hourMs)).toBeNull();
  });

  test("has few labels, at full hours or minutes", () => {
    const minutesOf = (toMs: number, offsetMinutes = 0): readonly number[] =>
      ticksOf({ fromMs: 61_000, toMs }, 6, offsetMinutes * 60_000).map((ms) => ms / 60_000);
    expect(minutesOf(600_000)).toEqual([2, 4, 6, 8, 10]);
    expect(minutesOf(4 * hourMs)).toEqual([60, 120, 180, 240]);
    // Half past by UTC are the full hours in India.
    expect(minutesOf(4 * hourMs, -330)).toEqual([30, 90, 150, 210]);
  });
});

describe("a zone's price", () => {
  const zone = {
    zone: "zone-a",
    usd_per_hour: "0.20",
    changes: [
      { at: at(-1), usd_per_hour: "0.16" },
      { at: at(12), usd_per_hour: "0.20" },
    ],
  };
  const type: TypePrices = {
    instance_type: "g5.xlarge",
    max_usd_per_hour: "0.40",
    on_demand_usd_per_hour: "1.00",
    zones: [zone],
  };
  const machine = {
    instance_id: "i-1",
    instance_type: "g5.xlarge",
    zone: "zone-a",
    market: "spot",
    launched_at: at(6),
  } as Parameters<typeof launchesOn>[0][number];
  const marks = (change: object): readonly (readonly [number, number])[] =>
    launchesOn([{ ...machine, ...change }], type, zone, day, "g4dn.xlarge").map(({ left, usd }) => [
      left,
      usd,
    ]);

  test("holds from before the window until it changes", () => {
    expect(stepsOf(zone, day)).toEqual([
      { left: 0, usd: 0.16 },
      { left: 50, usd: 0.2 },
    ]);
  });

  test.each<[name: string, change: object, marks: readonly (readonly [number, number])[]]>([
    ["at the price in force", {}, [[25, 0.16]]],
    ["at the price that has just come into force", { launched_at: at(12) }, [[50, 0.2]]],
    ["not if it was launched before the window", { launched_at: at(-0.5) }, []],
    ["not if it is in another zone", { zone: "zone-b" }, []],
    ["not if it is of another type", { instance_type: "g4dn.xlarge" }, []],
    ["not if it tells no type, and this is not the stage's first", { instance_type: null }, []],
    ["not if it was bought on demand", { market: "on_demand" }, []],
  ])("has a launch on it %s", (_name, change, expected) => {
    expect(marks(change)).toEqual(expected);
  });

  test("leaves room over the cap and over the highest price", () => {
    expect(ceilingOf(type)).toBe(0.45);
    const changes = [{ at: at(1), usd_per_hour: "0.90" }];
    expect(ceilingOf({ ...type, zones: [{ ...zone, changes }] })).toBe(1);
  });
});
