import { expect, test } from "vitest";
import { groupOf, tierOf } from "../../../../shared/batch/queue/place.ts";
import type { Priority, Speed } from "../../../../shared/contract/api/parameters.ts";
import { batchIdOf } from "../../../../shared/contract/ids.ts";

test.each<[speed: Speed, priority: Priority, first: string, rest: string]>([
  ["fast", "high", "fast", "fast"],
  ["fast", "normal", "fast", "standard"],
  ["fast", "low", "standard", "bulk"],
  ["standard", "high", "fast", "standard"],
  ["standard", "normal", "standard", "bulk"],
  ["standard", "low", "bulk", "bulk"],
  ["economy", "high", "fast", "standard"],
  ["economy", "normal", "standard", "bulk"],
  ["economy", "low", "bulk", "bulk"],
])(
  "the first items of a %s batch of %s priority wait in %s, the rest in %s",
  (speed, priority, first, rest) => {
    const batch = { speed, priority };
    expect([tierOf(batch, 0), tierOf(batch, 19)]).toEqual([first, first]);
    expect([tierOf(batch, 20), tierOf(batch, 49_999)]).toEqual([rest, rest]);
  },
);

const batch = (ulidEnd: string, owner: string) => ({
  id: batchIdOf(`01J00000000000000000000${ulidEnd}`),
  owner,
});

test("the first items of each batch have a turn of their own", () => {
  expect(groupOf(batch("001", "ada"), 19)).toBe("batch_01J00000000000000000000001");
  expect(groupOf(batch("002", "ada"), 0)).toBe("batch_01J00000000000000000000002");
});

test("the rest of an owner's batches shares two turns, however many batches there are", () => {
  const ends = ["001", "002", "003"];
  const groups = ends.flatMap((end) =>
    [20, 999, 1000, 49_999].map((index) => groupOf(batch(end, "ada"), index)),
  );
  expect(new Set(groups)).toEqual(new Set(["ada/early", "ada/late"]));
});

test("owners share no turn", () => {
  expect(groupOf(batch("001", "bob"), 20)).toBe("bob/early");
});

test("a group's name fits what SQS takes, for the longest owner", () => {
  expect(groupOf(batch("001", "o".repeat(64)), 1000)).toMatch(/^[A-Za-z0-9!-/:-@[-`{-~]{1,128}$/);
});
