import { expect, test } from "vitest";
import { failuresOf } from "./seeds.ts";

test.each([
  [1, 50],
  [51, 100],
  [101, 150],
])(
  "whatever goes wrong with seeds %i to %i, no invariant breaks",
  { timeout: 900_000 },
  async (first, last) => {
    expect(await failuresOf(first, last)).toEqual([]);
  },
);
