import { expect, test } from "vitest";
import { closeEntries, pricesNeeded } from "../../../../shared/billing/ledger/closing.ts";
import type { LedgerEntry } from "../../../../shared/billing/ledger/ledger.ts";
import { fleetKeys } from "../../../../shared/contract/records/keys.ts";
import { MemoryStore } from "../../../../simulation/memory/memory-store.ts";
import { SeededRandom } from "../../../../simulation/memory/seeded-random.ts";
import { VirtualClock } from "../../../../simulation/memory/virtual-clock.ts";
import { halfAnHour, ledgerOf } from "../ledger-entry.ts";

const day = "2026-01-01";
/** The entry of a machine after its account was closed. */
async function closed(change: Partial<LedgerEntry>): Promise<LedgerEntry | undefined> {
  const clock = new VirtualClock(Date.parse("2026-01-01T00:40:00Z"));
  const store = new MemoryStore({ clock });
  const ledger = ledgerOf(day, { ...halfAnHour, closed_at: null, ...change });
  await store.put(fleetKeys.ledger(day), JSON.stringify(ledger));
  const ports = { clock, store, random: new SeededRandom(1) };
  const after = await closeEntries(ports, day, new Set(["i-00000000"]), []);
  return after.instances["i-00000000"];
}

test("a machine that nobody saw run, and of which no event came, is charged for since its launch", async () => {
  expect(await closed({ running_at: null, end_is_told: false })).toMatchObject({
    running_at: "2026-01-01T00:00:00Z",
    closed_at: "2026-01-01T00:40:00.000Z",
  });
});

test("a machine that ended before it ran is not charged for: its end was told, and its start was not", async () => {
  const never = { running_at: null, seen_at: null, ended_at: "2026-01-01T00:01:00Z", end_is_told: true };
  expect(await closed(never)).toMatchObject({ running_at: null });
});

test("a machine that nobody looked at for minutes before its end is charged for, though its start was not told", async () => {
  const lost = { running_at: null, seen_at: null, end_is_told: true };
  expect(await closed(lost)).toMatchObject({ running_at: "2026-01-01T00:00:00Z" });
});

test("a machine that was seen to run keeps the time since when it ran", async () => {
  const running_at = "2026-01-01T00:00:20Z";
  expect(await closed({ running_at, end_is_told: false })).toMatchObject({ running_at });
});

test("prices are asked for by the machines' own types, whatever the configuration names by now", () => {
  const old = { ...halfAnHour, instance_type: "g4dn.xlarge", launched_at: "2026-01-01T00:10:00Z" };
  const added = { ...halfAnHour, instance_type: "g6.xlarge", launched_at: "2026-01-01T00:05:00Z" };
  const unnamed = { ...halfAnHour, instance_type: null };
  expect(
    pricesNeeded(
      [
        ["i-00000001", old],
        ["i-00000002", added],
        ["i-00000003", { ...old, market: "on_demand" }],
      ],
      "g5.xlarge",
    ),
  ).toEqual({ instanceTypes: ["g4dn.xlarge", "g6.xlarge"], sinceMs: Date.UTC(2026, 0, 1, 0, 5) });
  expect(pricesNeeded([["i-00000001", unnamed]], "g5.xlarge")?.instanceTypes).toEqual(["g5.xlarge"]);
});

test("no prices are needed for machines on demand", () => {
  expect(pricesNeeded([["i-00000001", { ...halfAnHour, market: "on_demand" }]], "g5.xlarge")).toBeNull();
});
