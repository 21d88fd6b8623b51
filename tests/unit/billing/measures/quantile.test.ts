import { expect, test } from "vitest";
import { quantile, upperQuantile } from "../../../../shared/billing/measures/quantile.ts";

const ten = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];

test.each<[values: readonly number[], share: number, lower: number | null, upper: number | null]>([
  [[5, 1, 4, 2, 3], 0.5, 3, 3],
  [[1, 2], 0.5, 1, 2],
  [[1, 2, 3, 4], 0.95, 4, 4],
  [ten, 0.9, 9, 10],
  [ten, 0.95, 10, 10],
  [ten, 1, 10, 10],
  [[7], 0.1, 7, 7],
  [[], 0.5, null, null],
])("of %j the share %f is at %j from below and at %j from above", (values, share, lower, upper) => {
  expect([quantile(values, share), upperQuantile(values, share)]).toEqual([lower, upper]);
});
