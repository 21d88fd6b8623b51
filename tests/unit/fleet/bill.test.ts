import { describe, expect, test } from "vitest";
import { billUsd, usdByDay } from "../../../shared/fleet/bill.ts";
import type { LedgerEntry } from "../../../shared/fleet/ledger.ts";
import { halfAnHour } from "./ledger-entry.ts";

const nowMs = Date.parse("2026-01-01T02:00:00Z");

describe("what EC2 charges for a machine", () => {
  test.each<[name: string, change: Partial<LedgerEntry>, dollars: number]>([
    ["its seconds at its price", {}, 0.18],
    ["until now while it runs", { ended_at: null }, 0.72],
    ["nothing before it runs", { running_at: null }, 0],
    ["from `running` on, and not from the launch", { running_at: "2026-01-01T00:10:00Z" }, 0.12],
    ["a minute at least", { ended_at: "2026-01-01T00:00:07Z" }, 0.006],
    ["nothing when EC2 took it back in its first hour", { taken_back: true }, 0],
    ["everything when EC2 took it back later", { taken_back: true, ended_at: "2026-01-01T01:00:00Z" }, 0.36],
    ["everything when we ended it, though its end was announced", { end_reason: "interruption" }, 0.18],
    [
      "nothing when its end was announced and EC2 has not said who ended it",
      { end_reason: "interruption", taken_back: null },
      0,
    ],
    ["everything when on-demand, however it ended", { taken_back: true, market: "on_demand" }, 0.18],
    [
      "its seconds so far while the notice runs",
      { end_reason: "interruption", taken_back: null, ended_at: null },
      0.72,
    ],
  ])("%s", (_name, change, dollars) => {
    expect(billUsd({ ...halfAnHour, ...change }, nowMs)).toBeCloseTo(dollars, 10);
  });

  test("each of its hours at the price in force when that hour began", () => {
    const entry: LedgerEntry = {
      ...halfAnHour,
      prices: [
        { since: "2026-01-01T00:00:00Z", usd_per_hour: 0.2 },
        { since: "2026-01-01T00:20:00Z", usd_per_hour: 0.3 },
        { since: "2026-01-01T01:20:00Z", usd_per_hour: 0.1 },
      ],
      ended_at: "2026-01-01T02:30:00Z",
    };
    // An hour at 0.2, an hour at 0.3, half an hour at 0.1.
    expect(billUsd(entry, nowMs)).toBeCloseTo(0.55, 10);
  });

  test("by the day on which it ran", () => {
    const entry: LedgerEntry = {
      ...halfAnHour,
      launched_at: "2026-01-01T23:39:00Z",
      running_at: "2026-01-01T23:40:00Z",
      ended_at: "2026-01-02T00:10:00Z",
    };
    const days = usdByDay(entry, nowMs);
    expect(Object.keys(days)).toEqual(["2026-01-01", "2026-01-02"]);
    expect(days["2026-01-01"]).toBeCloseTo(0.12, 10);
    expect(days["2026-01-02"]).toBeCloseTo(0.06, 10);
  });
});
