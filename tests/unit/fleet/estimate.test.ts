import { describe, expect, test } from "vitest";
import type { DecisionRecord } from "../../../shared/contract/fleet-records.ts";
import { estimateSchema } from "../../../shared/contract/receipt.ts";
import { estimateOf, type Asked, type FleetFacts } from "../../../shared/fleet/estimate.ts";
import { modelSettings, testSettings } from "./settings.ts";

/** 100 clips of 30 s: 300 s of a machine that makes 10 audio seconds a second. */
const asked: Asked = {
  model: modelSettings("small"),
  speed: "standard",
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
  drained: [],
  spent_usd: { day: 0, month: 0 },
  prices: prices.map((price, index) => ({
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
  test("goes by the configuration and the price cap while nothing is known", () => {
    // 300 s at 0.40 USD an hour; at worst a quarter more, and a boot of 100 s and 15 s of idling.
    expect(estimate()).toEqual({
      usd: { low: "0.033333", high: "0.054444" },
      seconds: { low: 400, high: 900 },
      on_demand_usd: "0.043833",
      basis: {
        machines: 1,
        usd_per_hour: { low: "0.40", high: "0.40" },
        on_demand_usd_per_hour: "0.526",
        boot_seconds: 100,
        audio_seconds_per_second: 10,
        measured: false,
      },
    });
  });

  test("goes by what machines have measured", () => {
    const measured = { boot_seconds: 60, slow_boot_seconds: 80, audio_seconds_per_second: 20 };
    expect(estimate({ measured })).toMatchObject({
      usd: { low: "0.016667" },
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

  test("comes at worst after all the work that waits", () => {
    // 60 s of margin, 125 s of boot, and 2,000 s of work that waits before 375 s of its own.
    expect(estimate({ snapshot: snapshot(1, 2000, "0.18") }).seconds.high).toBe(2560);
  });

  test("counts a boot for each machine that its deadline needs", () => {
    const much = estimate({}, { audioSeconds: 30_000, clips: 1000 });
    expect(much.basis.machines).toBe(4);
    expect(Number(much.usd.high)).toBeCloseTo(((3750 + 4 * 115) * 0.4) / 3600, 6);
  });

  test("is no faster than its longest clip", () => {
    expect(estimate({ snapshot: snapshot(1, 0, "0.18") }, { audioSeconds: 30, clips: 1 }).seconds.low).toBe(
      30,
    );
  });
});
