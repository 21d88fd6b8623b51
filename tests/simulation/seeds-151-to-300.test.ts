import { expect, test } from "vitest";
import { failuresOf } from "./seeds.ts";

test.each([
  [151, 200],
  [201, 250],
  [251, 300],
])(
  "whatever goes wrong with seeds %i to %i, no invariant breaks",
  { timeout: 900_000 },
  async (first, last) => {
    expect(await failuresOf(first, last)).toEqual([]);
  },
);
