import { describe, expect, test } from "vitest";
import type { LedgerRecord } from "../../../shared/contract/fleet-records.ts";
import { batchIdOf } from "../../../shared/contract/ids.ts";
import type { LedgerEntry } from "../../../shared/fleet/ledger.ts";
import { batchCost, costOf, usd } from "../../../shared/fleet/money.ts";

const one = batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZ1");
const two = batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZ2");
const nowMs = Date.parse("2026-01-01T02:00:00Z");

/** Half an hour at 0.36 USD an hour: 0.18 USD. */
const halfAnHour: LedgerEntry = {
  zone: "zone-a",
  market: "spot",
  price_usd_per_hour: 0.36,
  model: "small",
  intent_id: null,
  launched_at: "2026-01-01T00:00:00Z",
  ready_at: "2026-01-01T00:03:00Z",
  seen_at: "2026-01-01T00:29:00Z",
  ended_at: "2026-01-01T00:30:00Z",
  end_reason: "idle",
  audio_seconds_per_second: 10,
  gpu_seconds_by_batch: { [one]: 300, [two]: 100 },
};
const ledgerOf = (...entries: LedgerEntry[]): LedgerRecord => ({
  v: 1,
  day: "2026-01-01",
  instances: Object.fromEntries(entries.map((entry, index) => [`i-${index}`, entry])),
});

describe("what a machine costs", () => {
  test.each<[name: string, change: Partial<LedgerEntry>, dollars: number]>([
    ["its seconds at its price", {}, 0.18],
    ["until now while it runs", { ended_at: null }, 0.72],
    ["nothing when EC2 took it back in its first hour", { end_reason: "interruption" }, 0],
    [
      "everything when EC2 took it back later",
      { end_reason: "interruption", ended_at: "2026-01-01T01:00:00Z" },
      0.36,
    ],
    [
      "everything when on-demand, however it ended",
      { end_reason: "interruption", market: "on_demand" },
      0.18,
    ],
    ["its seconds so far while the notice runs", { end_reason: "interruption", ended_at: null }, 0.72],
  ])("%s", (_name, change, dollars) => {
    expect(costOf({ ...halfAnHour, ...change }, nowMs)).toBeCloseTo(dollars, 10);
  });
});

describe("what a batch costs", () => {
  test("its share of a machine by engine seconds, boot and idle time included", () => {
    const cost = batchCost(one, [], [ledgerOf(halfAnHour)], [], nowMs);
    expect(cost.accruedUsd).toBeCloseTo(0.135, 10);
    expect(cost.instanceSeconds).toBeCloseTo(1350, 10);
  });

  test("the shares of all batches sum to the bill of the machines that worked", () => {
    const ledgers = [ledgerOf(halfAnHour, { ...halfAnHour, gpu_seconds_by_batch: { [one]: 7 } })];
    const total =
      batchCost(one, [], ledgers, [], nowMs).accruedUsd + batchCost(two, [], ledgers, [], nowMs).accruedUsd;
    expect(total).toBeCloseTo(0.36, 10);
  });

  test("nothing of a machine that made nothing for it", () => {
    const booted = { ...halfAnHour, gpu_seconds_by_batch: {} };
    expect(batchCost(one, [], [ledgerOf(booted)], [], nowMs)).toEqual({ accruedUsd: 0, instanceSeconds: 0 });
  });

  test("all of a machine that worked on it and has not told of its engine time yet", () => {
    const justBegun = { ...halfAnHour, gpu_seconds_by_batch: {} };
    expect(batchCost(one, ["i-0"], [ledgerOf(justBegun)], [], nowMs).accruedUsd).toBeCloseTo(0.18, 10);
  });

  test("a heartbeat knows more than the ledger", () => {
    const live = [{ instance_id: "i-0", gpu_seconds_by_batch: { [one]: 100, [two]: 100 } }];
    expect(batchCost(one, [], [ledgerOf(halfAnHour)], live, nowMs).accruedUsd).toBeCloseTo(0.09, 10);
  });
});

test.each<[amount: number, text: string]>([
  [0, "0.00"],
  [1.5, "1.50"],
  [0.123456, "0.123456"],
  [0.1234564, "0.123456"],
  [0.1, "0.10"],
  [12, "12.00"],
  [0.0000004, "0.00"],
])("%d USD is written %s", (amount, text) => {
  expect(usd(amount)).toBe(text);
});
