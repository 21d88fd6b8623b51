import { expect, test } from "vitest";
import { systemClock } from "../../../shared/system/system-clock.ts";
import { systemRandom } from "../../../shared/system/system-random.ts";

test("a sleep ends by itself, and not before its time", async () => {
  // Not by the clock's own time, which the machine may set meanwhile.
  const fromMs = performance.now();
  await systemClock.sleep(20);
  // A timer may fire in the millisecond before the one that it is due in.
  expect(performance.now() - fromMs).toBeGreaterThanOrEqual(19);
});

test("a sleep that is aborted rejects with the reason, before it and during it", async () => {
  const stop = new AbortController();
  const sleep = systemClock.sleep(600_000, stop.signal);
  stop.abort(new Error("enough"));
  await expect(sleep).rejects.toThrow("enough");
  await expect(systemClock.sleep(600_000, stop.signal)).rejects.toThrow("enough");
});

test("a random number is in [0, 1), and large seeds drawn from it differ in their last digits", () => {
  const numbers = Array.from({ length: 1000 }, () => systemRandom.next());
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  const odd = numbers.filter((number) => Math.floor(number * Number.MAX_SAFE_INTEGER) % 2 === 1);
  expect(odd.length).toBeGreaterThan(300);
  expect(odd.length).toBeLessThan(700);
});

test("identifiers carry the time that they are made for", () => {
  const [early, late] = [systemRandom.ulid(1_767_225_600_000), systemRandom.ulid(1_767_225_600_001)];
  expect(early < late).toBe(true);
  expect(early).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
});
