/** What a batch's cost says of itself: whether it is final, and why it is what it is. */
import { describe, expect, test } from "vitest";
import type { BatchCost } from "../../../../shared/billing/receipts/batch-cost.ts";
import { costView } from "../../../../shared/batch/views/cost-view.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import type { ReceiptRecord } from "../../../../shared/contract/records/receipt.ts";
import { batchIdOf } from "../../../../shared/contract/ids.ts";
import { spentOn } from "../../../../shared/billing/spending.ts";
import type { LedgerEntry } from "../../../../shared/billing/ledger/ledger.ts";
import { halfAnHour, someEstimate } from "../../billing/ledger-entry.ts";
import { submitted, world } from "../world.ts";

const nowMs = Date.parse("2026-01-01T02:00:00Z");
const receipt: ReceiptRecord = {
  v: 1,
  at: "2026-01-01T00:40:00Z",
  instance_seconds: 0,
  billed_seconds: 0,
  usd: "0.18",
  work_usd: "0.18",
  boot_usd: "0.00",
  load_usd: "0.00",
  idle_usd: "0.00",
  interrupted_usd: "0.00",
  volume_usd: "0.00",
  address_usd: "0.00",
  instances: [],
};
const extras = { volume_gb: 74.4, volume_usd_per_gb_month: 0.1, address_usd_per_hour: 0.005 };

async function viewOf(entries: readonly Partial<LedgerEntry>[], isEnded: boolean, isFinal = false) {
  const batch: BatchRecord = await submitted(world());
  const machines = entries.map((change) => ({
    ...halfAnHour,
    gpu_seconds_by_batch: { [batch.id]: 30 },
    ...change,
  }));
  const cost: BatchCost = { ...spentOn(batch.id, machines, nowMs), receipt: isFinal ? receipt : null };
  return costView({ ...batch, estimate: someEstimate }, null, cost, isEnded);
}

describe("what a batch costs", () => {
  test("is not final while it is made, and may fall", async () => {
    expect(await viewOf([{ ended_at: null, taken_back: null }], false)).toMatchObject({
      final: false,
      notes: ["so far: its machines still cost, and one that EC2 takes back within its first hour will not"],
    });
  });

  test("is not final at its end either, until its receipt is written", async () => {
    expect(await viewOf([{}], true)).toMatchObject({
      final: false,
      notes: [
        "not final: the receipt is written some minutes after the last machine that served it has ended",
      ],
    });
    expect(await viewOf([{}], true, true)).toMatchObject({ final: true, notes: [] });
  });

  test("says nothing before a machine has served it", async () => {
    expect(await viewOf([], false)).toMatchObject({ final: false, notes: [] });
  });

  test("says why it fell when EC2 took machines back within their first hour", async () => {
    const taken = { taken_back: true, extras };
    const view = await viewOf([taken, taken, {}], true, true);
    expect(view).toMatchObject({ instance_seconds: 5400, billed_seconds: 1800 });
    expect(view.notes).toEqual([
      "EC2 took back 2 machines within the first hour: 3600 s are not charged for, their volume and address are",
    ]);
  });

  test("says when a machine ran for less than EC2 charges for", async () => {
    const view = await viewOf([{ ended_at: "2026-01-01T00:00:20Z" }], true, true);
    expect(view).toMatchObject({ accrued_usd: "0.006", instance_seconds: 20, billed_seconds: 60 });
    expect(view.notes).toEqual(["EC2 charges for a minute of each machine at least: 1 machine ran for less"]);
  });
});

test("a batch's share of a machine's minute is its share of the machine", () => {
  const batch = batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZ1");
  const other = batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZ2");
  const entry = {
    ...halfAnHour,
    ended_at: "2026-01-01T00:00:20Z",
    gpu_seconds_by_batch: { [batch]: 3, [other]: 1 },
  };
  expect(spentOn(batch, [entry], nowMs).machines).toEqual([{ seconds: 15, billedSeconds: 45 }]);
});
