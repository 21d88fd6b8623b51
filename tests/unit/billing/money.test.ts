import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apportion, microsIn, microsOf, usdText } from "../../../shared/billing/money.ts";

test.each<[amount: number, text: string]>([
  [0, "0.00"],
  [1.5, "1.50"],
  [0.123456, "0.123456"],
  [0.1234564, "0.123456"],
  [0.1, "0.10"],
  [12, "12.00"],
  [0.0000004, "0.00"],
])("%d USD is written %s", (amount, text) => {
  expect(usdText(microsOf(amount))).toBe(text);
  expect(microsIn(text)).toBe(Math.round(amount * 1_000_000));
});

describe("sharing out an amount", () => {
  test.each<[name: string, total: number, weights: number[], parts: number[]]>([
    ["rounds up the largest remainders", 10, [1, 1, 1], [4, 3, 3]],
    ["follows the weights", 100, [3, 1], [75, 25]],
    ["gives nothing for nothing", 5, [0, 1, 0], [0, 5, 0]],
    ["is equal when there is no weight at all", 7, [0, 0], [4, 3]],
    ["of nothing gives nothing", 0, [2, 3], [0, 0]],
  ])("%s", (_name, total, weights, parts) => {
    expect(apportion(total, weights)).toEqual(parts);
  });

  const weights = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e6, noNaN: true })), {
    minLength: 1,
    maxLength: 50,
  });
  test("sums to the amount, and each part is within one of its exact share", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000_000), weights, (total, shares) => {
        const parts = apportion(total, shares);
        const sum = shares.reduce((all, share) => all + share, 0);
        expect(parts.reduce((all, part) => all + part, 0)).toBe(total);
        for (const [place, part] of parts.entries()) {
          const exact = sum === 0 ? total / shares.length : (total * (shares[place] ?? 0)) / sum;
          expect(Math.abs(part - exact)).toBeLessThan(1 + 1e-6);
        }
      }),
    );
  });
});
