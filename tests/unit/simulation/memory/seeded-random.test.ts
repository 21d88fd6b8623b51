import { expect, test } from "vitest";
import { SeededRandom } from "../../../../simulation/memory/seeded-random.ts";

const drawn = (seed: number, count: number): number[] => {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

test("a seed gives its numbers again, and another seed gives others", () => {
  expect(drawn(5, 20)).toEqual(drawn(5, 20));
  expect(drawn(5, 20)).not.toEqual(drawn(6, 20));
});

test("numbers fill [0, 1) evenly", () => {
  const tenths = new Array<number>(10).fill(0);
  for (const number of drawn(1, 20_000))
    tenths[Math.floor(number * 10)] = (tenths[Math.floor(number * 10)] ?? 0) + 1;
  expect(tenths.reduce((sum, count) => sum + count, 0)).toBe(20_000);
  for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200);
});

test("identifiers sort by their time", () => {
  const random = new SeededRandom(1);
  const ids = [3, 1, 2].map((time) => random.ulid(1_767_225_600_000 + time));
  expect(ids.toSorted()).toEqual([ids[1], ids[2], ids[0]]);
  for (const id of ids) expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
});
