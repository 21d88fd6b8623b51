import { beforeEach, describe, expect, test } from "vitest";
import type { MeasuresRecord } from "../../../../shared/contract/records/fleet-records.ts";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import type { LedgerEntry } from "../../../../shared/billing/ledger/ledger.ts";
import { measured, readMeasures, spentUsd } from "../../../../shared/billing/measures/measures.ts";
import { reapTick } from "../../../../shared/fleet/reap/reap-tick.ts";
import { halfAnHour, ledgerOf as ledger } from "../ledger-entry.ts";
import { World } from "../../fleet/world.ts";

const nowMs = Date.parse("2026-03-15T12:00:00Z");
const nothing: MeasuresRecord = { v: 1, spent_usd: {}, models: {} };

const allReceived = { received_at: null, unused: [], failed: [] };

/** An hour at 0.20 USD that was ready after 100 s. */
const entry = (change: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...halfAnHour,
  prices: [{ since: "2026-03-15T10:00:00.000Z", usd_per_hour: 0.2 }],
  launched_at: "2026-03-15T10:00:00.000Z",
  running_at: "2026-03-15T10:00:00.000Z",
  ready_at: "2026-03-15T10:01:40.000Z",
  ended_at: "2026-03-15T11:00:00.000Z",
  ...change,
});

describe("what machines have shown", () => {
  test("is the median, which one odd machine does not move", () => {
    const shown = measured(
      [
        ledger(
          "2026-03-15",
          entry(),
          entry({ ready_at: "2026-03-15T10:15:00.000Z", audio_seconds_per_second: 0.1 }),
          entry({ ready_at: "2026-03-15T10:02:00.000Z", audio_seconds_per_second: 11 }),
        ),
      ],
      nothing,
      nowMs,
    );
    const odd = { boot_seconds: 120, slow_boot_seconds: null, audio_seconds_per_second: 10 };
    expect(shown.models).toEqual({
      small: { ...odd, types: { "g4dn.xlarge": odd }, ...allReceived },
    });
  });

  test("tells how slow the slowest boot in ten is, once there were a few", () => {
    const booted = (...seconds: number[]) => {
      const entries = seconds.map((after) =>
        entry({ ready_at: new Date(Date.parse("2026-03-15T10:00:00Z") + after * 1000).toISOString() }),
      );
      return measured([ledger("2026-03-15", ...entries)], nothing, nowMs).models["small"]?.slow_boot_seconds;
    };
    expect(booted(100, 110, 120, 130)).toBeNull();
    expect(booted(100, 110, 120, 130, 140)).toBe(140);
    expect(booted(...Array.from({ length: 20 }, (_, place) => 100 + place), 900, 800)).toBe(118);
  });

  test("is told by model", () => {
    const large = entry({ model: "large", audio_seconds_per_second: 3 });
    const { models } = measured([ledger("2026-03-15", entry(), large)], nothing, nowMs);
    expect(models["large"]?.audio_seconds_per_second).toBe(3);
    expect(models["small"]?.audio_seconds_per_second).toBe(10);
  });

  test("is unknown of a machine that never was ready", () => {
    const dead = entry({ ready_at: null, audio_seconds_per_second: null });
    const unknown = { boot_seconds: null, slow_boot_seconds: null, audio_seconds_per_second: null };
    expect(measured([ledger("2026-03-15", dead)], nothing, nowMs).models).toEqual({
      small: {
        ...unknown,
        types: { "g4dn.xlarge": unknown },
        ...allReceived,
        failed: [{ instance_id: "i-00000000", failed_at: "2026-03-15T11:00:00.000Z", failure: null }],
      },
    });
  });

  test("is told by machine type, and of all together", () => {
    const faster = entry({ instance_type: "g5.xlarge", audio_seconds_per_second: 18 });
    const { small } = measured([ledger("2026-03-15", entry(), faster)], nothing, nowMs).models;
    expect(small?.types["g4dn.xlarge"]?.audio_seconds_per_second).toBe(10);
    expect(small?.types["g5.xlarge"]?.audio_seconds_per_second).toBe(18);
    const later = measured(
      [ledger("2026-03-16")],
      { ...nothing, models: { small: small ?? expect.fail("nothing was measured") } },
      nowMs,
    );
    expect(Object.keys(later.models["small"]?.types ?? {})).toEqual(["g4dn.xlarge", "g5.xlarge"]);
  });

  test("stays known on days without machines", () => {
    const before = {
      ...nothing,
      models: {
        small: {
          boot_seconds: 90,
          slow_boot_seconds: 99,
          audio_seconds_per_second: 9,
          types: {},
          ...allReceived,
        },
      },
    };
    expect(measured([ledger("2026-03-15")], before, nowMs).models).toEqual(before.models);
  });

  test("is that of the latest twenty machines", () => {
    const old = Array.from({ length: 30 }, () =>
      entry({ launched_at: "2026-03-15T01:00:00.000Z", audio_seconds_per_second: 1 }),
    );
    const latest = Array.from({ length: 20 }, () => entry());
    expect(measured([ledger("2026-03-15", ...old, ...latest)], nothing, nowMs).models).toMatchObject({
      small: { audio_seconds_per_second: 10 },
    });
  });
});

describe("what was spent", () => {
  test("is summed by the day on which it was spent, and by month", () => {
    const before: MeasuresRecord = {
      ...nothing,
      spent_usd: {
        "2026-02-28": { "2026-02-28": 7, "2026-03-01": 2 },
        "2026-03-01": { "2026-03-01": 1 },
        "2026-03-14": { "2026-03-14": 99 },
      },
    };
    const overnight = entry({
      running_at: "2026-03-14T23:30:00.000Z",
      ended_at: "2026-03-15T00:30:00.000Z",
    });
    const days = [ledger("2026-03-14", overnight), ledger("2026-03-15", entry({ ended_at: null }))];
    const after = measured(days, before, nowMs);
    expect(after.spent_usd["2026-03-14"]?.["2026-03-14"]).toBeCloseTo(0.1, 10);
    expect(spentUsd(after, nowMs).dayUsd).toBeCloseTo(0.1 + 0.4, 10);
    expect(spentUsd(after, nowMs).monthUsd).toBeCloseTo(2 + 1 + 0.1 + 0.1 + 0.4, 10);
  });

  test("is kept for this month and the one before", () => {
    const before = { ...nothing, spent_usd: { "2025-12-31": {}, "2026-01-31": {}, "2026-02-01": {} } };
    expect(Object.keys(measured([], before, nowMs).spent_usd)).toEqual(["2026-02-01"]);
    expect(Object.keys(measured([], before, Date.parse("2026-01-02T00:00:00Z")).spent_usd)).toHaveLength(3);
  });
});

describe("the reaper", () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  test("keeps the measures from tick to tick", async () => {
    world.demand(100);
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    const [id] = await world.alive();
    if (id === undefined) throw new Error("no machine");
    await world.clock.advance(180_000);
    await world.heartbeat(id, { audio_seconds_per_second: 8, audio_seconds_made: 80 });
    await world.clock.advance(180_000);
    await world.heartbeat(id, {
      audio_seconds_per_second: 8,
      audio_seconds_made: 80,
      ready_at: "2026-01-01T00:03:00.000Z",
    });
    await world.clock.runUntil(reapTick(world.ports, world.stage));
    const measures = await readMeasures(world.store);
    const shown = { boot_seconds: 180, slow_boot_seconds: null, audio_seconds_per_second: 8 };
    expect(measures.models).toEqual({
      small: {
        ...shown,
        types: { "g4dn.xlarge": shown },
        received_at: "2026-01-01T00:06:00.000Z",
        unused: [],
        failed: [],
      },
    });
    // 360 s at 0.16 USD an hour.
    expect(spentUsd(measures, world.clock.nowMs()).dayUsd).toBeCloseTo(0.016, 10);
  });

  test("writes none while there never was a machine", async () => {
    await world.clock.runUntil(reapTick(world.ports, world.stage));
    expect(await world.store.exists("fleet/measures.json")).toBe(false);
  });
});
