/** Where a market stands, and when it changes. */
import { expect, test } from "vitest";
import { MarketView } from "../../../bench/policy/market-view.ts";

/** A zone whose market names no type is one of the stage's first. */
const poolA = "g4dn.xlarge/zone-a";
/** A whole number of milliseconds that seconds cannot say exactly: a thousand times its seconds is a little less. */
const oddMs = 1001;

test("a step is in force at the very time that is told as the next change", () => {
  expect((oddMs / 1000) * 1000).toBeLessThan(oddMs);
  const view = new MarketView({
    name: "odd",
    zones: [
      {
        zone: "zone-a",
        steps: [
          { fromMs: 0, capacity: 0, priceUsdPerHour: 0.2 },
          { fromMs: oddMs, capacity: 3, priceUsdPerHour: 0.2 },
        ],
      },
    ],
  });
  const changeS = view.nextChangeS(poolA, 0);
  expect(view.at(poolA, changeS).capacity).toBe(3);
  expect(view.nextChangeS(poolA, changeS)).toBe(Infinity);
  expect(view.nextCapacityS(0)).toBe(changeS);
});

test("a moment before the last one that was asked for is found as well", () => {
  const steps = [0, 1000, 2000].map((fromMs, capacity) => ({ fromMs, capacity, priceUsdPerHour: 0.2 }));
  const view = new MarketView({ name: "three", zones: [{ zone: "zone-a", steps }] });
  expect([2, 0.5, 1].map((atS) => view.at(poolA, atS).capacity)).toEqual([2, 0, 1]);
});
