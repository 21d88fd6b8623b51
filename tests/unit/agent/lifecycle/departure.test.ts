import { expect, test } from "vitest";
import type { Cause } from "../../../../worker/agent/lifecycle/departure.ts";
import { isMoreUrgent, lifespan, planDeparture } from "../../../../worker/agent/lifecycle/departure.ts";

const minute = 60_000;
const bootedMs = 1_000_000_000;
const diesMs = bootedMs + 6 * 60 * minute;
const plan = (cause: Cause, afterMs: number, waitsToBeTaken = true) =>
  planDeparture(cause, { nowMs: bootedMs + afterMs, bootedMs, diesMs, waitsToBeTaken });
const noticeIn = (ms: number): Cause => ({
  reason: "interruption",
  notice: { action: "terminate", atMs: bootedMs + ms },
});

test("of two minutes' notice 90 s are for clips to finish, and the engine is killed 14 s before the end", () => {
  expect(plan(noticeIn(12 * minute), 10 * minute)).toEqual({
    reason: "interruption",
    drainMs: bootedMs + 10 * minute + 90_000,
    forceMs: bootedMs + 10 * minute + 105_600,
    endMs: bootedMs + 12 * minute,
    lingerMs: bootedMs + 13 * minute,
  });
});

test("a notice whose time is over leaves no time", () => {
  const late = plan(noticeIn(9 * minute), 10 * minute);
  expect(late.drainMs).toBe(bootedMs + 10 * minute);
  expect(late.endMs).toBe(bootedMs + 10 * minute);
});

test.each([
  [59, true],
  [61, false],
])("a machine that EC2 takes in minute %i waits for it: %s", (atMinute, waits) => {
  expect(plan(noticeIn(atMinute * minute), (atMinute - 2) * minute).lingerMs !== null).toBe(waits);
});

test("with waitsToBeTaken off, a machine that EC2 takes in its first hour does not wait for it", () => {
  expect(plan(noticeIn(12 * minute), 10 * minute, false).lingerMs).toBeNull();
});

test("of the minute that a budget pays for, 45 s are for clips to finish", () => {
  expect(plan({ reason: "budget_day", withinSeconds: 60 }, 10 * minute)).toEqual({
    reason: "budget_day",
    drainMs: bootedMs + 10 * minute + 45_000,
    forceMs: bootedMs + 10 * minute + 52_800,
    endMs: bootedMs + 11 * minute,
    lingerMs: null,
  });
});

test("a budget's minute ends with the machine's lifetime", () => {
  const atEnd = plan({ reason: "budget_month", withinSeconds: 60 }, 6 * 60 * minute - 20_000);
  expect(atEnd.endMs).toBe(diesMs);
});

test("stop-all leaves no time to finish clips: they are saved at once", () => {
  expect(plan({ reason: "stopped" }, minute)).toMatchObject({ drainMs: bootedMs + minute, lingerMs: null });
});

test.each<[next: Cause, current: Cause, expected: boolean]>([
  [noticeIn(12 * minute), { reason: "rebalance" }, true],
  [{ reason: "rebalance" }, noticeIn(12 * minute), false],
  [{ reason: "stopped" }, noticeIn(12 * minute), true],
  [noticeIn(12 * minute), { reason: "stopped" }, false],
  [{ reason: "rebalance" }, { reason: "rebalance" }, false],
  [{ reason: "budget_day", withinSeconds: 60 }, { reason: "price" }, true],
  [{ reason: "price" }, { reason: "budget_day", withinSeconds: 60 }, false],
  [{ reason: "stopped" }, { reason: "budget_day", withinSeconds: 60 }, true],
  // It is not billed if it waits for EC2.
  [{ reason: "budget_day", withinSeconds: 60 }, noticeIn(12 * minute), false],
])("%o is more urgent than %o: %s", (next, current, expected) => {
  expect(isMoreUrgent(plan(next, 10 * minute), plan(current, 10 * minute))).toBe(expected);
});

test("a worker begins to leave five minutes before the time in its machine's tag, and is done a minute before it", () => {
  const expiresMs = bootedMs + 100 * minute;
  expect(lifespan(expiresMs, 6 * 3600)).toEqual({
    overMs: bootedMs + 95 * minute,
    diesMs: bootedMs + 99 * minute,
  });
});

test("of a lifetime of five minutes the first half is for boot and work", () => {
  expect(lifespan(bootedMs + 300_000, 300)).toEqual({
    overMs: bootedMs + 150_000,
    diesMs: bootedMs + 270_000,
  });
});
