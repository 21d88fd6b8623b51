/** What the launcher holds the budgets against: the ledgers brought up to now, and never too little. */
import { describe, expect, test } from "vitest";
import { instanceIdSchema } from "../../../shared/contract/ids.ts";
import { knownCosts } from "../../../shared/billing/known-costs.ts";
import type { LedgerEntry } from "../../../shared/billing/ledger/ledger.ts";
import type { FleetInstance, Pool } from "../../../shared/ports.ts";
import { halfAnHour, ledgerOf } from "./ledger-entry.ts";
import { testSettings } from "../fleet/settings.ts";

const id = instanceIdSchema.parse("i-00000000");
const runs: LedgerEntry = {
  ...halfAnHour,
  ended_at: null,
  terminated_at: null,
  taken_back: null,
  closed_at: null,
};
const neverStarted: Partial<LedgerEntry> = {
  running_at: null,
  seen_at: null,
  ended_at: "2026-01-01T00:01:30Z",
  end_is_told: true,
};
const instance: FleetInstance = {
  instanceId: id,
  state: "running",
  instanceType: "g4dn.xlarge",
  zone: "zone-a",
  market: "spot",
  launchedMs: Date.parse(halfAnHour.launched_at),
  intentId: null,
  model: "small",
  expiresMs: null,
  endedBy: null,
};
const pool = (priceUsdPerHour: number): Pool => ({
  instanceType: "g4dn.xlarge",
  zone: "zone-a",
  subnetId: "subnet-a",
  priceUsdPerHour,
  priceSinceMs: 0,
  lowestUsdPerHour: priceUsdPerHour,
});
const measures = { v: 1 as const, spent_usd: {}, models: {} };
const at = (time: string): number => Date.parse(`2026-01-0${time}Z`);
const known = (
  entry: LedgerEntry,
  time: string,
  change: { zoneUsd?: number; instances?: FleetInstance[] } = {},
) =>
  knownCosts(
    {
      instances: change.instances ?? [instance],
      ledgers: [ledgerOf("2026-01-01", entry)],
      measures,
      pools: [pool(change.zoneUsd ?? 0.36)],
      intents: [],
    },
    testSettings,
    at(time),
  );

describe("what has been spent", () => {
  test.each<[name: string, entry: Partial<LedgerEntry>, time: string, dayUsd: number]>([
    ["goes on to this moment, whenever the reaper looked last", {}, "1T01:00:00", 0.36],
    ["is of the day on which it was spent", {}, "2T01:00:00", 0.36],
    [
      "counts a machine that nobody has seen run from its launch on",
      { running_at: null },
      "1T01:00:00",
      0.36,
    ],
    [
      "counts one that ended between two looks, and of which no event came",
      { running_at: null, ended_at: "2026-01-01T00:30:00Z", end_is_told: false },
      "1T01:00:00",
      0.18,
    ],
    [
      "does not count one that ended before it ran: its end was told, and its start was not",
      neverStarted,
      "1T01:00:00",
      0,
    ],
    [
      "counts one from its launch on that nobody had looked at for minutes before its end: its start may not have been told",
      { ...neverStarted, ended_at: "2026-01-01T00:30:00Z" },
      "1T01:00:00",
      0.18,
    ],
    [
      "does not count one that was `pending` for minutes, and seen so until its end",
      { ...neverStarted, ended_at: "2026-01-01T00:05:00Z", seen_at: "2026-01-01T00:04:10Z" },
      "1T01:00:00",
      0,
    ],
    [
      "counts one that EC2 has not said it took",
      { end_reason: "interruption", ended_at: "2026-01-01T00:30:00Z" },
      "1T01:00:00",
      0.18,
    ],
    [
      "does not count one that EC2 took",
      { end_reason: "interruption", ended_at: "2026-01-01T00:30:00Z", taken_back: true },
      "1T01:00:00",
      0,
    ],
  ])("%s", (_name, entry, time, dayUsd) => {
    expect(known({ ...runs, ...entry }, time).spent.dayUsd).toBeCloseTo(dayUsd, 10);
  });

  const rose = (since: string): LedgerEntry["prices"] => [
    { since: "2025-12-31T23:00:00Z", usd_per_hour: 0.3 },
    { since, usd_per_hour: 0.6 },
    { since: "2026-01-01T00:10:00Z", usd_per_hour: 0.3 },
  ];
  test.each<[name: string, entry: Partial<LedgerEntry>, usd: number]>([
    [
      "the highest price in force while it may have begun, if no event told when",
      { prices: rose("2026-01-01T00:00:20Z") },
      0.6,
    ],
    [
      "that too where nobody has seen it run yet",
      { prices: rose("2026-01-01T00:00:20Z"), running_at: null },
      0.6,
    ],
    ["no price that came into force long after its launch", { prices: rose("2026-01-01T00:05:00Z") }, 0.3],
    [
      "what was in force when EC2's event says that it began",
      { prices: rose("2026-01-01T00:00:20Z"), running_at: "2026-01-01T00:00:10Z" },
      0.3,
    ],
  ])("counts for a machine's first hour %s", (_name, entry, usdPerHour) => {
    const { spent, of } = known({ ...runs, ...entry }, "1T00:30:10", { zoneUsd: 0.1 });
    expect(spent.dayUsd).toBeCloseTo(usdPerHour / 2, 2);
    expect(of(id)?.usdPerHour).toBe(usdPerHour);
  });

  test("counts a machine's second hour at what was in force when that began", () => {
    const { spent } = known({ ...runs, prices: rose("2026-01-01T00:00:20Z") }, "1T02:00:00");
    expect(spent.dayUsd).toBeCloseTo(0.9, 10);
  });

  test("is the month's with all of its days", () => {
    expect(known(runs, "2T01:00:00").spent.monthUsd).toBeCloseTo(25 * 0.36, 10);
  });

  test("adds the measures of days that none of the present machines ran on", () => {
    const told = {
      ...measures,
      spent_usd: { "2025-12-31": { "2026-01-01": 1 }, "2026-01-01": { "2026-01-01": 7 } },
    };
    const { spent } = knownCosts(
      {
        instances: [instance],
        ledgers: [ledgerOf("2026-01-01", runs)],
        measures: told,
        pools: [],
        intents: [],
      },
      testSettings,
      at("1T01:00:00"),
    );
    expect(spent.dayUsd).toBeCloseTo(1.36, 10);
  });

  test("counts a machine that is in no ledger at the most that it may cost", () => {
    const stranger = { ...instance, instanceId: instanceIdSchema.parse("i-0000000a") };
    const { spent, of } = known(runs, "1T01:00:00", { instances: [instance, stranger] });
    expect(spent.dayUsd).toBeCloseTo(0.36 + 0.4, 10);
    expect(of(stranger.instanceId)).toEqual({ usdPerHour: 0.4, unservedUsd: 0.4, isEntered: false });
  });
});

describe("an hour of a machine", () => {
  test("costs what this one does", () => {
    const prices: LedgerEntry["prices"] = [
      { since: "2026-01-01T00:00:00Z", usd_per_hour: 0.2 },
      { since: "2026-01-01T00:30:00Z", usd_per_hour: 0.3 },
    ];
    const usd = (time: string) => known({ ...runs, prices }, time, { zoneUsd: 0.1 }).of(id)?.usdPerHour;
    expect(usd("1T00:59:00")).toBe(0.2);
    expect(usd("1T01:01:00")).toBe(0.3);
  });

  test("is taken to cost what its zone costs now, where that is more", () => {
    expect(known(runs, "1T00:10:00", { zoneUsd: 0.39 }).of(id)?.usdPerHour).toBe(0.39);
    expect(known({ ...runs, market: "on_demand" }, "1T00:10:00", { zoneUsd: 0.39 }).of(id)?.usdPerHour).toBe(
      0.36,
    );
  });

  test("costs its volume and its address too", () => {
    const extras = { volume_gb: 74.4, volume_usd_per_gb_month: 0.1, address_usd_per_hour: 0.005 };
    expect(known({ ...runs, extras }, "1T00:10:00").of(id)?.usdPerHour).toBeCloseTo(0.375, 10);
  });
});

test("a machine's cost counts as unserved until it has made something for a batch", () => {
  expect(known(runs, "1T00:10:00").of(id)?.unservedUsd).toBeCloseTo(0.06, 10);
  expect(known({ ...runs, gpu_seconds_by_batch: { a: 1 } }, "1T00:10:00").of(id)?.unservedUsd).toBeNull();
});
