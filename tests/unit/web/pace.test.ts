import { expect, test } from "vitest";
import { nextDelayMs, type Course } from "../../../web/data/pace.ts";

const course: Course = { everyMs: 3000, isHidden: false, unchanged: 0, failed: 0 };

test.each<[name: string, change: Partial<Course>, delayMs: number]>([
  ["asks at its own pace while something changes", {}, 3000],
  ["is patient with a few answers that are the same", { unchanged: 4 }, 3000],
  ["slows down while nothing changes", { unchanged: 6 }, 6750],
  ["asks every 30 s at least, however quiet it is", { unchanged: 1000 }, 30_000],
  ["asks once a minute while its tab is hidden", { isHidden: true }, 60_000],
  ["slows down while there is no answer", { failed: 2 }, 6750],
  ["keeps a pace that is slower than the slowest of others", { everyMs: 300_000, unchanged: 9 }, 300_000],
])("a page %s", (_name, change, delayMs) => {
  expect(nextDelayMs({ ...course, ...change })).toBe(delayMs);
});
