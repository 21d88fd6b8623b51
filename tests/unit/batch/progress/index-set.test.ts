import { expect, test } from "vitest";
import { IndexSet } from "../../../../shared/batch/progress/index-set.ts";

test("stores the lowest index in the lowest bit of the first byte", () => {
  const set = IndexSet.empty();
  for (const index of [0, 1, 11]) set.add(index);
  // 0b00000011, 0b00001000
  expect(set.encode()).toBe("Awg=");
});

test("is unchanged by a round trip, and counts each index once", () => {
  const set = IndexSet.empty();
  for (const index of [3, 999, 3, 64]) set.add(index);
  const again = IndexSet.decode(set.encode());
  expect([2, 3, 4, 63, 64, 65, 999, 1000, 5000].filter((index) => again.has(index))).toEqual([3, 64, 999]);
  expect(again.count()).toBe(3);
});

test("an empty set is the empty text", () => {
  expect(IndexSet.empty().encode()).toBe("");
  expect(IndexSet.decode("").count()).toBe(0);
});
