import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shareOut } from "../../../../shared/billing/receipts/item-shares.ts";
import { batchIdOf, instanceIdSchema } from "../../../../shared/contract/ids.ts";
import { receiptLines } from "../../../../shared/contract/records/receipt.ts";
import { amountsView, sumOf, totalOf } from "../../../../shared/billing/amounts.ts";
import { billMicros } from "../../../../shared/billing/bill.ts";
import type { LedgerEntry } from "../../../../shared/billing/ledger/ledger.ts";
import { microsIn } from "../../../../shared/billing/money.ts";
import { partsOf, type Part } from "../../../../shared/billing/receipts/shares.ts";
import { spentOn } from "../../../../shared/billing/spending.ts";
import { halfAnHour } from "../ledger-entry.ts";

const one = batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZ1");
const two = batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZ2");
const nowMs = Date.parse("2026-01-01T02:00:00Z");
/** 0.18 USD: 2 minutes of boot, 1 of load, 20 of work, 5 of idling, 2 unaccounted for. */
const worked: LedgerEntry = {
  ...halfAnHour,
  gpu_seconds_by_batch: { [one]: 900, [two]: 300 },
  idle_seconds: 300,
};
const micros = (parts: readonly Part[], of: Partial<Part>): number =>
  parts
    .filter((part) => Object.entries(of).every(([name, value]) => part[name as keyof Part] === value))
    .reduce((total, part) => total + part.micros, 0);

describe("a machine's bill", () => {
  test("is shared out by the engine's time, boot and idle time too", () => {
    const parts = partsOf(worked, nowMs);
    expect(micros(parts, { batchId: one })).toBe(135_000);
    expect(micros(parts, { batchId: two })).toBe(45_000);
    expect(amountsView(sumOf(parts.filter(({ batchId }) => batchId === one)))).toEqual({
      usd: "0.135",
      work_usd: "0.09",
      boot_usd: "0.009",
      load_usd: "0.0045",
      idle_usd: "0.0315",
      interrupted_usd: "0.00",
      volume_usd: "0.00",
      address_usd: "0.00",
    });
  });

  test("has lines for its volume and its address, and those alone when EC2 took it back in its first hour", () => {
    // 0.0012 USD for 31 minutes of the volume, 0.0025 for 30 minutes of the address.
    const extras = {
      volume_gb: 74.4,
      volume_usd_per_gb_month: 0.0024 / 0.1033333333,
      address_usd_per_hour: 0.005,
    };
    const parts = partsOf({ ...worked, extras, taken_back: true }, nowMs);
    expect(amountsView(sumOf(parts.filter(({ batchId }) => batchId === one)))).toMatchObject({
      usd: "0.002775",
      work_usd: "0.00",
      boot_usd: "0.00",
      volume_usd: "0.0009",
      address_usd: "0.001875",
    });
  });

  test.each<[name: string, change: Partial<LedgerEntry>, line: Part["line"], dollars: number]>([
    ["what is not told is idle", {}, "idle", 0.042],
    ["but interrupted when EC2 took it", { taken_back: true, market: "on_demand" }, "interrupted", 0.012],
    ["or when it fell silent", { end_reason: "no_heartbeat" }, "interrupted", 0.012],
  ])("%s", (_name, change, line, dollars) => {
    const parts = partsOf({ ...worked, ...change }, nowMs);
    expect(micros(parts, { line })).toBe(dollars * 1_000_000);
  });

  test("belongs to no batch when it made nothing, and is all boot when its worker never began", () => {
    const parts = partsOf({ ...halfAnHour, booted_at: null, ready_at: null }, nowMs);
    expect(micros(parts, { batchId: null, line: "boot" })).toBe(180_000);
  });

  test("is cut by day first", () => {
    const night = {
      ...worked,
      running_at: "2026-01-01T23:40:00Z",
      booted_at: "2026-01-01T23:42:00Z",
      ready_at: "2026-01-01T23:43:00Z",
      ended_at: "2026-01-02T00:10:00Z",
    };
    const parts = partsOf(night, Date.parse("2026-01-02T01:00:00Z"));
    expect(micros(parts, { day: "2026-01-01" })).toBe(120_000);
    expect(micros(parts, { day: "2026-01-02", batchId: one })).toBe(45_000);
  });
});

test("a batch's cost is its share of every machine that served it, and of its time", () => {
  const other = { ...worked, gpu_seconds_by_batch: { [one]: 7 }, market: "on_demand" as const };
  expect(spentOn(one, [worked, other, halfAnHour], nowMs)).toEqual({
    micros: 315_000,
    machines: [
      { seconds: 1350, billedSeconds: 1350 },
      { seconds: 1800, billedSeconds: 1800 },
    ],
  });
});

describe("a batch's part of a machine", () => {
  const machine = instanceIdSchema.parse("i-00000001");
  const other = instanceIdSchema.parse("i-00000002");
  const amounts = { work: 100, boot: 10, load: 0, idle: 1, interrupted: 0, volume: 0, address: 0 };
  const shares = (items: Parameters<typeof shareOut>[0]) =>
    [...shareOut(items, [{ instanceId: machine, amounts }]).values()].map(totalOf);

  test("is borne by the items that it made, by what they took of its engine", () => {
    const items = [
      { index: 0, spent: [{ instance_id: machine, gpu_seconds: 3 }] },
      { index: 1, spent: [{ instance_id: machine, gpu_seconds: 1 }] },
      { index: 2, spent: [{ instance_id: other, gpu_seconds: 9 }] },
    ];
    expect(shares(items)).toEqual([75 + 8 + 1, 25 + 2, 0]);
  });

  test("is borne by those that were made elsewhere when it made none", () => {
    const items = [
      { index: 0, spent: [] },
      { index: 1, spent: [{ instance_id: other, gpu_seconds: 5 }] },
    ];
    expect(shares(items)).toEqual([0, 111]);
  });

  test("is borne by all alike when nothing was made anywhere", () => {
    expect(shares([0, 1].map((index) => ({ index, spent: [] })))).toEqual([50 + 5 + 1, 50 + 5]);
  });
});

/** A machine with any life: boots, waits, works for some batches, is taken, crosses midnight. */
const secondsMost = 20_000;
const entries: fc.Arbitrary<LedgerEntry> = fc
  .record({
    startMs: fc.integer({ min: 0, max: 100_000_000 }).map((ms) => Date.UTC(2026, 0, 1) + ms),
    boot: fc.integer({ min: 0, max: 600 }),
    load: fc.integer({ min: 0, max: 300 }),
    lives: fc.option(fc.integer({ min: 0, max: secondsMost })),
    hasBooted: fc.boolean(),
    takenBack: fc.option(fc.boolean()),
    reason: fc.constantFrom("idle", "interruption", "no_heartbeat", null),
    market: fc.constantFrom("spot" as const, "on_demand" as const),
    usd: fc.double({ min: 0.01, max: 1, noNaN: true }),
    later: fc.double({ min: 0.01, max: 1, noNaN: true }),
    work: fc.dictionary(
      fc.constantFrom("batch-a", "batch-b", "batch-c"),
      fc.double({ min: 0, max: 3000, noNaN: true }),
    ),
    idle: fc.double({ min: 0, max: 3000, noNaN: true }),
    volume: fc.double({ min: 0, max: 1, noNaN: true }),
    address: fc.double({ min: 0, max: 0.1, noNaN: true }),
  })
  .map((life): LedgerEntry => {
    const at = (seconds: number): string => new Date(life.startMs + seconds * 1000).toISOString();
    return {
      ...halfAnHour,
      market: life.market,
      prices: [
        { since: at(0), usd_per_hour: life.usd },
        { since: at(3000), usd_per_hour: life.later },
      ],
      extras: { volume_gb: 60, volume_usd_per_gb_month: life.volume, address_usd_per_hour: life.address },
      launched_at: at(-20),
      running_at: at(0),
      booted_at: life.hasBooted ? at(life.boot) : null,
      ready_at: life.hasBooted ? at(life.boot + life.load) : null,
      ended_at: life.lives === null ? null : at(life.lives),
      terminated_at: life.lives === null ? null : at(life.lives + 40),
      end_reason: life.reason,
      taken_back: life.takenBack,
      gpu_seconds_by_batch: life.hasBooted ? life.work : {},
      idle_seconds: life.idle,
    };
  });
const machines = fc.array(entries, { minLength: 1, maxLength: 6 });
const laterMs = Date.UTC(2026, 0, 4);
const total = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0);

test("the parts of any machine sum to its bill, and none is negative", () => {
  fc.assert(
    fc.property(entries, (entry) => {
      const parts = partsOf(entry, laterMs);
      expect(total(parts.map((part) => part.micros))).toBe(billMicros(entry, laterMs));
      for (const part of parts) expect(part.micros).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("however items, interruptions and boots interleave, the items' receipts sum to the bill in every line", () => {
  const ids = ["i-00000000", "i-00000001", "i-00000002", "i-00000003", "i-00000004", "i-00000005"].map((id) =>
    instanceIdSchema.parse(id),
  );
  const spent = fc.array(
    fc.record({
      instance_id: fc.constantFrom(...ids),
      gpu_seconds: fc.double({ min: 0, max: 100, noNaN: true }),
    }),
    { maxLength: 4 },
  );
  const results = fc.array(spent, { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(machines, results, (fleet, items) => {
      const parts = fleet.map((entry) => partsOf(entry, laterMs));
      const owned = parts.map((own, place) => ({
        instanceId: ids[place] ?? instanceIdSchema.parse("i-0000000f"),
        amounts: sumOf(own.filter(({ batchId }) => batchId === "batch-a")),
      }));
      const shares = [
        ...shareOut(
          items.map((one, index) => ({ index, spent: one })),
          owned,
        ).values(),
      ];
      expect(shares).toHaveLength(items.length);
      for (const line of receiptLines)
        expect(total(shares.map((share) => share[line]))).toBe(
          total(owned.map(({ amounts }) => amounts[line])),
        );
      const elsewhere = parts.flat().filter(({ batchId }) => batchId !== "batch-a");
      const receipts = shares.map((share) => microsIn(amountsView(share).usd));
      const bill = total(fleet.map((entry) => billMicros(entry, laterMs)));
      expect(total(receipts) + total(elsewhere.map((part) => part.micros))).toBe(bill);
    }),
  );
});
