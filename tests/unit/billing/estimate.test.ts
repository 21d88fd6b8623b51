import { describe, expect, test } from "vitest";
import type { DecisionRecord } from "../../../shared/contract/records/fleet-records.ts";
import { estimateSchema } from "../../../shared/contract/records/receipt.ts";
import { estimateOf, type Asked, type FleetFacts } from "../../../shared/billing/estimate.ts";
import { modelSettings, testSettings } from "../fleet/settings.ts";
import { unmeasured } from "../fleet/observation.ts";

/** 100 clips of 30 s: 300 s of a machine that makes 10 audio seconds a second. */
const asked: Asked = {
  model: modelSettings("small"),
  speed: "standard",
  priority: "normal",
  clips: 100,
  audioSeconds: 3000,
  longestClipSeconds: 30,
};
const snapshot = (have: number, workSeconds: number, ...prices: string[]): DecisionRecord => ({
  v: 1,
  at: "2026-01-01T00:00:00Z",
  models: [
    {
      model: "small",
      instance_type: "g4dn.xlarge",
      open_items: 0,
      open_audio_seconds: 0,
      work_seconds: workSeconds,
      audio_seconds_per_second: 10,
      boot_seconds: 100,
      have,
      want: have,
      launch: 0,
      launched: 0,
      reasons: [],
    },
  ],
  launches: [],
  drained: [],
  spent_usd: { day: 0, month: 0 },
  prices: prices.map((price, index) => ({
    instance_type: "g4dn.xlarge",
    zone: `zone-${index}`,
    price_usd_per_hour: price,
    since: "2026-01-01T00:00:00Z",
  })),
  instances: {},
});
const unknown: FleetFacts = { measured: undefined, snapshot: null };
const estimate = (facts: Partial<FleetFacts> = {}, change: Partial<Asked> = {}) =>
  estimateSchema.parse(estimateOf({ ...asked, ...change }, { ...unknown, ...facts }, testSettings));

describe("an estimate", () => {
  test("goes by the configuration while nothing is known, and by prices from a fifth of on demand to the cap", () => {
    // 300 s at 0.1052 USD an hour; at worst 375 s, a slow boot of 125 s and 15 s of idling, at 0.40.
    expect(estimate()).toEqual({
      usd: { low: "0.008767", high: "0.057222" },
      seconds: { low: 400, high: 900 },
      on_demand_usd: "0.043833",
      basis: {
        instance_type: "g4dn.xlarge",
        machines: 1,
        usd_per_hour: { low: "0.1052", high: "0.40" },
        on_demand_usd_per_hour: "0.526",
        volume_usd_per_hour: "0.00",
        address_usd_per_hour: "0.00",
        least_seconds: 60,
        boot_seconds: 100,
        audio_seconds_per_second: 10,
        measured: false,
      },
    });
  });

  test("goes by what machines have measured", () => {
    const measured = { ...unmeasured, boot_seconds: 60, slow_boot_seconds: 80, audio_seconds_per_second: 20 };
    expect(estimate({ measured })).toMatchObject({
      usd: { low: "0.004383" },
      basis: { boot_seconds: 60, audio_seconds_per_second: 20, measured: true },
    });
  });

  test("goes by the prices now, those over the cap left out", () => {
    expect(estimate({ snapshot: snapshot(0, 0, "0.18", "0.24", "0.90") }).basis.usd_per_hour).toEqual({
      low: "0.18",
      high: "0.24",
    });
  });

  test("needs no boot where a machine is there", () => {
    expect(estimate({ snapshot: snapshot(1, 0, "0.18") }).seconds.low).toBe(300);
  });

  test("has an upper bound that lets all waiting work go first", () => {
    // 60 s of margin, 125 s of boot, and 2,000 s of work that waits before 375 s of its own.
    expect(estimate({ snapshot: snapshot(1, 2000, "0.18") }).seconds.high).toBe(2560);
  });

  test("counts a boot for each machine that its deadline needs", () => {
    const much = estimate({}, { audioSeconds: 30_000, clips: 1000 });
    expect(much.basis.machines).toBe(4);
    // 3,750 s of work, and four slow boots with 15 s of idling each: 4,310 s at 0.40 USD an hour.
    expect(much.usd.high).toBe("0.478889");
  });

  test("counts a quick boot where it is to be done at once and nothing else is there", () => {
    // 60 s of boot and 300 s of work at 0.18 USD an hour.
    const alone = snapshot(0, 0, "0.18");
    expect(estimate({ snapshot: alone }, { speed: "fast" }).usd.low).toBe("0.018");
    // Work that waits, or a machine that is there, shares it; so does what comes while this may wait.
    expect(estimate({ snapshot: snapshot(0, 50, "0.18") }, { speed: "fast" }).usd.low).toBe("0.015");
    expect(estimate({ snapshot: snapshot(1, 0, "0.18") }, { speed: "fast" }).usd.low).toBe("0.015");
    expect(estimate({ snapshot: alone }).usd.low).toBe("0.015");
  });

  test("counts a minute of each machine at least", () => {
    const quick = { ...unmeasured, boot_seconds: 10, slow_boot_seconds: 12, audio_seconds_per_second: 100 };
    const settings = { ...testSettings, worker: { ...testSettings.worker, idle_exit_seconds: 0 } };
    const one = { ...asked, speed: "fast" as const, clips: 1, audioSeconds: 5, longestClipSeconds: 5 };
    const { usd } = estimateOf(one, { measured: quick, snapshot: snapshot(0, 0, "0.36") }, settings);
    expect(usd).toEqual({ low: "0.006", high: "0.006" });
  });

  test("has the volume and the address of each machine in it", () => {
    // 73 GB at 0.10 USD a GB-month, 0.01 USD an hour, and 0.005: a quarter of 0.06 more.
    const settings = {
      ...testSettings,
      volume: { size_gb: 73, usd_per_gb_month: 0.1 },
      public_ipv4_usd_per_hour: 0.005,
    };
    const with300Seconds = estimateOf(
      asked,
      { measured: undefined, snapshot: snapshot(0, 0, "0.06") },
      settings,
    );
    expect(with300Seconds).toMatchObject({
      usd: { low: "0.00625" },
      basis: { volume_usd_per_hour: "0.01", address_usd_per_hour: "0.005" },
    });
  });

  test("is no faster than its longest clip", () => {
    expect(estimate({ snapshot: snapshot(1, 0, "0.18") }, { audioSeconds: 30, clips: 1 }).seconds.low).toBe(
      30,
    );
  });
});

test.each<[name: string, change: Partial<Asked>, high: number]>([
  ["a batch of 20 clips is not behind other work", { clips: 20 }, 900],
  ["a larger one may be made after all of it", { clips: 21 }, 60_560],
  ["one of low priority too, however small", { clips: 20, priority: "low" }, 60_560],
])("%s", (_name, change, high) => {
  const large = { snapshot: snapshot(1, 60_000) };
  expect(estimate(large, { ...change, audioSeconds: 3000 }).seconds.high).toBe(high);
});
