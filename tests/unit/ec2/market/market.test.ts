import { describe, expect, test } from "vitest";
import { Market } from "../../../../local/ec2/market/market.ts";

const zones = [
  { name: "eu-central-1a", spotUsdPerHour: 0.2 },
  { name: "eu-central-1b", spotUsdPerHour: 0.3, instances: 2 },
];
const start = Date.parse("2026-11-23T12:00:00Z");
const hour = 3_600_000;
const everyFiveMinutes = (hours: number): number[] =>
  Array.from({ length: hours * 12 }, (_, step) => start + step * 300_000);

describe("spot prices", () => {
  test("stay within 15 % of the zone's own, and move", () => {
    const market = new Market(zones, 1);
    const prices = everyFiveMinutes(48).map((atMs) => market.spotPrice("eu-central-1a", atMs));
    expect(Math.min(...prices)).toBeGreaterThanOrEqual(0.17);
    expect(Math.max(...prices)).toBeLessThanOrEqual(0.23);
    expect(new Set(prices).size).toBeGreaterThan(20);
  });

  test("move slowly: less than 2 % in five minutes", () => {
    const market = new Market(zones, 1);
    const prices = everyFiveMinutes(48).map((atMs) => market.spotPrice("eu-central-1a", atMs));
    for (const [place, price] of prices.entries()) {
      expect(Math.abs(price - (prices[place - 1] ?? price))).toBeLessThan(0.004);
    }
  });

  test("are the same for the same seed and others for another", () => {
    const course = (seed: number): number[] =>
      everyFiveMinutes(4).map((atMs) => new Market(zones, seed).spotPrice("eu-central-1a", atMs));
    expect(course(7)).toEqual(course(7));
    expect(course(7)).not.toEqual(course(8));
  });

  test("that were set hold until they are set free, and the past stays as it was", () => {
    const market = new Market(zones, 1);
    const before = market.spotPrice("eu-central-1a", start - 1);
    const later = market.spotPrice("eu-central-1a", start + 2 * hour);
    market.setSpotPrice("eu-central-1a", 0.55, start);
    market.setSpotPrice("eu-central-1a", null, start + hour);
    expect(market.spotPrice("eu-central-1a", start - 1)).toBe(before);
    expect(market.spotPrice("eu-central-1a", start)).toBe(0.55);
    expect(market.spotPrice("eu-central-1a", start + hour - 1)).toBe(0.55);
    expect(market.spotPrice("eu-central-1a", start + 2 * hour)).toBe(later);
  });

  test("of a zone that is not there are an error", () => {
    expect(() => new Market(zones, 1).spotPrice("eu-central-1z", start)).toThrow(RangeError);
  });
});

describe("the price history", () => {
  test("tells the changes, newest first, and the price in force when the time began", () => {
    const market = new Market(zones, 1);
    market.setSpotPrice("eu-central-1a", 0.5, start);
    market.setSpotPrice("eu-central-1a", 0.6, start + 1000);
    expect(market.priceHistory("eu-central-1a", start + 500, start + 2000)).toEqual([
      { atMs: start + 1000, usdPerHour: 0.6 },
      { atMs: start, usdPerHour: 0.5 },
    ]);
  });

  test("of one moment is the one price in force, even if it was set an hour before", () => {
    const market = new Market(zones, 1);
    market.setSpotPrice("eu-central-1a", 0.5, start);
    expect(market.priceHistory("eu-central-1a", start + hour, start + hour)).toEqual([
      { atMs: start, usdPerHour: 0.5 },
    ]);
  });

  test("agrees with the price at every time it covers", () => {
    const market = new Market(zones, 3);
    market.setSpotPrice("eu-central-1a", 0.5, start + 100_000);
    market.setSpotPrice("eu-central-1a", null, start + 1_000_000);
    const history = market.priceHistory("eu-central-1a", start, start + 6 * hour);
    for (const atMs of everyFiveMinutes(6).flatMap((time) => [time, time + 123_456])) {
      if (atMs > start + 6 * hour) continue;
      expect(history.find((change) => change.atMs <= atMs)?.usdPerHour).toBe(
        market.spotPrice("eu-central-1a", atMs),
      );
    }
  });
});

test("a zone has the room it was given, and more when it is told so", () => {
  const market = new Market(zones, 1);
  expect(market.capacity("eu-central-1a")).toBe(Infinity);
  expect(market.capacity("eu-central-1b")).toBe(2);
  market.setCapacity("eu-central-1b", 0);
  expect(market.capacity("eu-central-1b")).toBe(0);
});
