import { describe, expect, test } from "vitest";
import { billUsd, costsByDay, type Costs } from "../../../shared/billing/bill.ts";
import type { LedgerEntry } from "../../../shared/billing/ledger/ledger.ts";
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
    const days = costsByDay(entry, nowMs);
    expect(Object.keys(days)).toEqual(["2026-01-01", "2026-01-02"]);
    expect(days["2026-01-01"]?.machine).toBeCloseTo(0.12, 10);
    expect(days["2026-01-02"]?.machine).toBeCloseTo(0.06, 10);
  });
});

/** 74.4 GB at 0.1 USD a GB-month: in a month of 31 days 0.01 USD an hour. And an address of 0.005 USD an hour. */
const extras = { volume_gb: 74.4, volume_usd_per_gb_month: 0.1, address_usd_per_hour: 0.005 };

describe("what AWS charges for a machine's volume and its address", () => {
  const onNewYear = (change: Partial<LedgerEntry>): Costs | undefined =>
    costsByDay({ ...halfAnHour, extras, ...change }, nowMs)["2026-01-01"];

  test.each<[name: string, change: Partial<LedgerEntry>, volume: number, address: number]>([
    ["the volume until it is deleted, the address while the machine runs", {}, 0.31 / 60, 0.0025],
    ["both until now while it runs", { ended_at: null, terminated_at: null }, 0.02, 0.01],
    ["the volume alone while the machine shuts down", { terminated_at: null }, 0.02, 0.0025],
    [
      "the volume from the launch on, before the machine runs",
      { running_at: null, ended_at: null, terminated_at: null },
      0.02,
      0,
    ],
    [
      "the volume of a machine that never ran",
      { running_at: null, ended_at: "2026-01-01T00:06:00Z", terminated_at: "2026-01-01T00:06:00Z" },
      0.001,
      0,
    ],
    [
      "a minute of each at least",
      { ended_at: "2026-01-01T00:00:07Z", terminated_at: "2026-01-01T00:00:09Z" },
      0.01 / 60,
      0.005 / 60,
    ],
    ["both when EC2 took the machine back in its first hour", { taken_back: true }, 0.31 / 60, 0.0025],
  ])("%s", (_name, change, volume, address) => {
    const costs = onNewYear(change);
    expect(costs?.volume).toBeCloseTo(volume, 10);
    expect(costs?.address).toBeCloseTo(address, 10);
  });

  test("a GB-month by the length of the month", () => {
    const february = (text: string | null) => text?.replace("01-01", "02-01") ?? "";
    const entry: LedgerEntry = {
      ...halfAnHour,
      extras,
      launched_at: february(halfAnHour.launched_at),
      terminated_at: "2026-02-01T01:00:00Z",
    };
    // 7.44 USD in 28 days.
    expect(costsByDay(entry, nowMs)["2026-02-01"]?.volume).toBeCloseTo(7.44 / (28 * 24), 10);
  });
});
