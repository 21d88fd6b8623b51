import { expect, test } from "vitest";
import { lifeOf } from "../../../../shared/billing/ledger/life.ts";
import type { LedgerEntry } from "../../../../shared/billing/ledger/ledger.ts";
import { halfAnHour } from "../ledger-entry.ts";

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const nowMs = Date.parse(at(60));
const running: Partial<LedgerEntry> = { ended_at: null, terminated_at: null, end_reason: null };

/** In minutes. */
const told = (change: Partial<LedgerEntry>): readonly (readonly [string, number, number | null])[] =>
  lifeOf({ ...halfAnHour, ...change }, nowMs).map(({ phase, fromMs, toMs }) => [
    phase,
    (fromMs - Date.parse(at(0))) / 60_000,
    toMs === null ? null : (toMs - Date.parse(at(0))) / 60_000,
  ]);

test.each<[name: string, change: Partial<LedgerEntry>, phases: ReturnType<typeof told>]>([
  [
    "is pending until EC2 says that it runs",
    { ...running, running_at: null, booted_at: null, ready_at: null },
    [["pending", 0, null]],
  ],
  [
    "is pending from the moment of its launch on",
    { ...running, launched_at: at(60), running_at: null, booted_at: null, ready_at: null },
    [["pending", 60, null]],
  ],
  [
    "loads from now on if its own clock is ahead",
    { ...running, running_at: at(1), booted_at: at(61), ready_at: null },
    [
      ["pending", 0, 1],
      ["boot", 1, 60],
      ["load", 60, null],
    ],
  ],
  [
    "boots, loads and works, and what it does last goes on",
    { ...running, running_at: at(1) },
    [
      ["pending", 0, 1],
      ["boot", 1, 2],
      ["load", 2, 3],
      ["work", 3, null],
    ],
  ],
  [
    "was idle from the first moment if it never had work",
    { idle_since: at(3) },
    [
      ["boot", 0, 2],
      ["load", 2, 3],
      ["idle", 3, 30],
    ],
  ],
  [
    "was interrupted from its notice on",
    { taken_back: true, leaving_at: at(28) },
    [
      ["boot", 0, 2],
      ["load", 2, 3],
      ["work", 3, 28],
      ["interrupted", 28, 30],
    ],
  ],
  [
    "was interrupted for the time that it could not tell of, where it had no notice",
    { end_reason: "no_heartbeat", gpu_seconds_by_batch: { batch: 22 * 60 } },
    [
      ["boot", 0, 2],
      ["load", 2, 3],
      ["work", 3, 25],
      ["interrupted", 25, 30],
    ],
  ],
  [
    "had booted by its own clock before EC2 said that it runs",
    { running_at: at(3), booted_at: at(2), ready_at: at(4) },
    [
      ["pending", 0, 2],
      ["load", 2, 4],
      ["work", 4, 30],
    ],
  ],
])("a machine %s", (_name, change, phases) => {
  expect(told(change)).toEqual(phases);
});
