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

test("of two minutes' notice ninety seconds are for clips to end, and all is saved well before the end", () => {
  expect(plan(noticeIn(12 * minute), 10 * minute)).toEqual({
    reason: "interruption",
    drainMs: bootedMs + 10 * minute + 90_000,
    forceMs: bootedMs + 10 * minute + 105_600,
    endMs: bootedMs + 12 * minute,
    lingerMs: bootedMs + 13 * minute,
  });
});

test("a notice whose time is over leaves no time for anything", () => {
  const late = plan(noticeIn(9 * minute), 10 * minute);
  expect(late.drainMs).toBe(bootedMs + 10 * minute);
  expect(late.endMs).toBe(bootedMs + 10 * minute);
});

test.each([
  [59, true],
  [61, false],
])("a machine that is taken in minute %i waits to be taken: %s", (atMinute, waits) => {
  expect(plan(noticeIn(atMinute * minute), (atMinute - 2) * minute).lingerMs !== null).toBe(waits);
});

test("where it is set so, a machine that is taken in its first hour does not wait for it", () => {
  expect(plan(noticeIn(12 * minute), 10 * minute, false).lingerMs).toBeNull();
});

test("of a minute that a budget pays for three quarters are for clips to end, by the machine's own clock", () => {
  expect(plan({ reason: "budget_day", withinSeconds: 60 }, 10 * minute)).toEqual({
    reason: "budget_day",
    drainMs: bootedMs + 10 * minute + 45_000,
    forceMs: bootedMs + 10 * minute + 52_800,
    endMs: bootedMs + 11 * minute,
    lingerMs: null,
  });
});

test("a budget's minute is no longer than the machine lives", () => {
  const atEnd = plan({ reason: "budget_month", withinSeconds: 60 }, 6 * 60 * minute - 20_000);
  expect(atEnd.endMs).toBe(diesMs);
});

test("stop-all saves what runs at once", () => {
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
  // EC2 takes this one at no charge, if it waits.
  [{ reason: "budget_day", withinSeconds: 60 }, noticeIn(12 * minute), false],
])("%o hurries a worker that leaves because of %o: %s", (next, current, expected) => {
  expect(isMoreUrgent(plan(next, 10 * minute), plan(current, 10 * minute))).toBe(expected);
});

test("a worker begins to leave five minutes before the time that its machine's tag names, and ends a minute before", () => {
  const expiresMs = bootedMs + 100 * minute;
  expect(lifespan(expiresMs, 6 * 3600)).toEqual({
    overMs: bootedMs + 95 * minute,
    diesMs: bootedMs + 99 * minute,
  });
});

test("a lifetime of five minutes still has a first half for boot and work", () => {
  expect(lifespan(bootedMs + 300_000, 300)).toEqual({
    overMs: bootedMs + 150_000,
    diesMs: bootedMs + 270_000,
  });
});
