/** From the ledgers: which machines started, received no message and left, since a message was last received. */
import { describe, expect, test } from "vitest";
import type {
  DrainRecord,
  UnusedEnd,
  WorkerRecord,
} from "../../../../shared/contract/records/fleet-records.ts";
import type { LedgerEntry } from "../../../../shared/billing/ledger/ledger.ts";
import { unusedEndOf, unusedShown } from "../../../../shared/billing/measures/unused-machines.ts";
import { instanceIdSchema } from "../../../../shared/contract/ids.ts";
import { halfAnHour } from "../ledger-entry.ts";
import { unusedEndSaid } from "../../../../shared/fleet/machines/machine-records.ts";
import { heartbeatAt } from "../../fleet/heartbeat.ts";

const entry = (change: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...halfAnHour,
  messages_received: 0,
  ended_at: "2026-01-01T00:30:00.000Z",
  ...change,
});
const drained: DrainRecord = {
  v: 1,
  instance_id: instanceIdSchema.parse("i-00000001"),
  reason: "price",
  detail: "its zone is too dear",
  ordered_at: "2026-01-01T00:04:00Z",
};
const shownBy = (entries: Record<string, LedgerEntry>, before?: Parameters<typeof unusedShown>[1]) => {
  const { received_at, unused } = unusedShown(Object.entries(entries), before);
  return { received_at, unused: unused.map(({ instance_id }) => instance_id) };
};

describe("a machine counts as unused", () => {
  test.each<[name: string, change: Partial<LedgerEntry>, isUnused: boolean]>([
    ["when it started, received nothing and left by itself", {}, true],
    ["when it lived for as long as it may", { end_reason: "max_lifetime" }, true],
    ["but not when it received a message", { messages_received: 1 }, false],
    ["but not when its worker did not say what it received", { messages_received: null }, false],
    ["but not while it is there", { ended_at: null }, false],
    ["but not when it never started", { ready_at: null }, false],
    ["but not when EC2 took it", { end_reason: "interruption" }, false],
    ["but not when an operator stopped it", { end_reason: "stopped" }, false],
    ["but not when it was drained for its price", { end_reason: "price" }, false],
    ["when it hung", { end_reason: "no_heartbeat" }, true],
    ["when nobody knows why it is gone", { end_reason: null }, true],
    ["but not when EC2's list says that EC2 took it", { end_reason: null, taken_back: true }, false],
    [
      "when it said that it was idle, though a stop ended it",
      { left_for: "idle", end_reason: "stopped" },
      true,
    ],
    ["when it said that it was idle, though EC2 took it then", { left_for: "idle", taken_back: true }, true],
    [
      "but not when it left for its price, though the reaper had to end it",
      { left_for: "price", end_reason: "draining_done" },
      false,
    ],
  ])("%s", (_name, change, isUnused) => {
    expect(shownBy({ "i-00000001": entry(change) }).unused).toEqual(isUnused ? ["i-00000001"] : []);
  });

  test.each<[name: string, change: Partial<LedgerEntry>, end: UnusedEnd]>([
    ["it looked when it said why it leaves", { left_for: "idle", end_reason: "no_heartbeat" }, "looked"],
    ["it looked when it was idle for too long and did not leave", { end_reason: "idle" }, "looked"],
    ["it died when it fell silent", { end_reason: "no_heartbeat" }, "died"],
    ["it died when nobody knows why it is gone", { end_reason: null }, "died"],
  ])("and %s", (_name, change, end) => {
    expect(unusedEndOf(entry(change))).toBe(end);
  });

  test("by its own heartbeat before the reaper has seen its end", () => {
    const worker = heartbeatAt("2026-01-01T00:04:00Z", {
      state: "leaving",
      reason: "idle",
      idle_since: null,
      messages_received: 0,
      idle_seconds: 15,
    });
    const says = (change: Partial<WorkerRecord>, drain: DrainRecord | null = null): UnusedEnd | null =>
      unusedEndSaid({ worker: { ...worker, ...change }, heardMs: 0, drain });
    expect(says({})).toBe("looked");
    expect(says({ reason: null })).toBe("died");
    expect(says({ messages_received: 2 })).toBeNull();
    expect(says({ reason: "interruption" })).toBeNull();
    expect(says({ ready_at: null })).toBeNull();
    expect(says({ reason: null }, drained)).toBeNull();
    expect(unusedEndSaid({ worker: null, heardMs: null, drain: null })).toBeNull();
  });
});

test("a message that any machine of the model received forgives those that had left by then", () => {
  const entries = {
    "i-00000001": entry(),
    "i-00000002": entry({ ended_at: "2026-01-01T00:50:00.000Z" }),
    "i-00000003": entry({ ended_at: null, messages_received: 4, received_at: "2026-01-01T00:40:00.000Z" }),
  };
  expect(shownBy(entries)).toEqual({ received_at: "2026-01-01T00:40:00.000Z", unused: ["i-00000002"] });
});

test("machines of older ledgers still count, each once", () => {
  const before = unusedShown(
    [
      ["i-00000001", entry()],
      ["i-00000002", entry({ ended_at: "2026-01-01T00:50:00.000Z" })],
    ],
    undefined,
  );
  const today = {
    "i-00000002": entry({ ended_at: "2026-01-01T00:50:00.000Z" }),
    "i-00000003": entry({ ended_at: "2026-01-02T00:50:00.000Z" }),
  };
  expect(shownBy(today, before).unused).toEqual(["i-00000001", "i-00000002", "i-00000003"]);
});

test("the time of the last received message stays known from older ledgers", () => {
  const before = { received_at: "2026-01-01T00:40:00.000Z", unused: [] };
  expect(shownBy({ "i-00000001": entry() }, before)).toEqual({
    received_at: "2026-01-01T00:40:00.000Z",
    unused: [],
  });
});

test("more than twenty in a row are not kept", () => {
  const many = Object.fromEntries(
    Array.from({ length: 30 }, (_, place) => [
      `i-000000${String(place).padStart(2, "0")}`,
      entry({ ended_at: `2026-01-01T00:${String(place + 10)}:00.000Z` }),
    ]),
  );
  const { unused } = shownBy(many);
  expect(unused).toHaveLength(20);
  expect(unused.at(-1)).toBe("i-00000029");
});
