/** Who must leave so that a budget is kept, and what may still be bought beside what runs. */
import { describe, expect, test } from "vitest";
import type { StageConfig } from "../../../../../shared/config.ts";
import { batchIdOf, instanceIdSchema, intentIdSchema } from "../../../../../shared/contract/ids.ts";
import { decide } from "../../../../../shared/fleet/launch/decide/decide.ts";
import type { Observation } from "../../../../../shared/fleet/launch/decide/observation.ts";
import { aMachine, nothingSeen } from "../../observation.ts";
import { testSettings } from "../../settings.ts";
import type { Machine } from "../../../../../shared/fleet/machines/phase.ts";

const noon = Date.parse("2026-01-15T12:00:00Z");
const names = ["a", "b", "c", "d"] as const;
const idOf = (name: string) => instanceIdSchema.parse(`i-0000000${name}`);
/**
 * At 0.36 USD an hour a second costs 0.0001. One that is kept costs 195 s more: 75 until the next look, 30 until it hears,
 * 60 for what it has in hand, 30 to shut down. One that is told to leave now costs 120 s. What does not listen is ended by
 * the reaper 75 s later.
 */
const machine = (name: string, change: Partial<Machine> = {}): Machine => ({
  ...aMachine,
  instanceId: idOf(name),
  launchedMs: noon - 600_000,
  usdPerHour: 0.36,
  ...change,
});
const four = names.map((name) => machine(name));
const seen = (change: Partial<Observation>): Observation => ({
  ...nothingSeen,
  nowMs: noon,
  work: [
    {
      batchId: batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZZ"),
      model: "small",
      speed: "fast",
      submittedMs: noon,
      deadlineMs: noon + 900_000,
      openItems: 1000,
      openAudioSeconds: 60_000,
      budget: null,
    },
  ],
  machines: four,
  pools: [
    {
      instanceType: "g4dn.xlarge",
      zone: "zone-a",
      subnetId: "subnet-a",
      priceUsdPerHour: 0.36,
      priceSinceMs: 0,
      lowestUsdPerHour: 0.36,
    },
  ],
  ...change,
});
const withBudgets = (day_usd: number, month_usd: number): StageConfig => ({
  ...testSettings,
  budgets: { day_usd, month_usd },
});
const told = (change: Partial<Observation>, settings: StageConfig): readonly string[] =>
  decide(seen(change), settings).drain.map(({ instanceId, reason }) => `${instanceId.slice(-1)} ${reason}`);

describe("of machines that run", () => {
  test.each<[name: string, left: number, expected: readonly string[]]>([
    ["all stay while the day's budget pays for all of them until the next look", 0.079, []],
    ["one leaves when it pays for three", 0.077, ["a budget_day"]],
    ["another leaves when it pays for two", 0.0699, ["a budget_day", "b budget_day"]],
    [
      "all leave when it pays for their way out alone",
      0.048,
      ["a budget_day", "b budget_day", "c budget_day", "d budget_day"],
    ],
    ["all leave when it is overspent", -1, ["a budget_day", "b budget_day", "c budget_day", "d budget_day"]],
  ])("%s", (_name, left, expected) => {
    expect(told({ spent: { dayUsd: 5 - left, monthUsd: 0 } }, withBudgets(5, 50))).toEqual(expected);
  });

  test("the month's budget is kept in the same way", () => {
    const spent = { dayUsd: 0, monthUsd: 50 - 0.077 };
    expect(told({ spent }, withBudgets(5, 50))).toEqual(["a budget_month"]);
  });

  test("when both budgets bind, each machine is told once", () => {
    const spent = { dayUsd: 5, monthUsd: 50 };
    expect(told({ spent }, withBudgets(5, 50))).toHaveLength(4);
  });

  test("what costs the next day is the next day's, which has to pay for it", () => {
    // A minute before midnight: of 195 s 135 are tomorrow's, and of 120 s 60 are.
    const nowMs = Date.parse("2026-01-15T23:59:00Z");
    expect(told({ nowMs, spent: { dayUsd: 4.975, monthUsd: 4.975 } }, withBudgets(5, 50))).toEqual([]);
    expect(told({ nowMs }, withBudgets(0.055, 50))).toEqual([]);
    expect(told({ nowMs }, withBudgets(0.041, 50))).toEqual(["a budget_day", "b budget_day"]);
  });

  test("what costs the next month is the next month's, which has to pay for it", () => {
    const nowMs = Date.parse("2026-01-31T23:59:00Z");
    expect(told({ nowMs, spent: { dayUsd: 0, monthUsd: 49.975 } }, withBudgets(50, 50))).toEqual([]);
    expect(told({ nowMs }, withBudgets(50, 0.041))).toEqual(["a budget_month", "b budget_month"]);
  });

  test.each<[name: string, last: Partial<Machine>, left: number]>([
    ["still boots", { phase: "booting" }, 0.065],
    ["does not answer", { phase: "silent" }, 0.065],
    ["never came up", { phase: "overdue" }, 0.065],
    ["leaves anyway, and takes its time", { phase: "leaving" }, 0.058],
    ["costs more", { usdPerHour: 0.37 }, 0.058],
    ["is younger", { launchedMs: noon - 60_000 }, 0.058],
    ["has an unknown cost", { usdPerHour: null }, 0.058],
  ])("one that %s leaves before one that works", (_name, last, left) => {
    const machines = [machine("a"), machine("b"), machine("c", last)];
    const spent = { dayUsd: 5 - left, monthUsd: 0 };
    expect(told({ machines, spent }, withBudgets(5, 50))).toEqual(["c budget_day"]);
  });

  test("one that does not listen costs until the reaper has ended it", () => {
    // 270 s, and 195 s when it is told now.
    const machines = [machine("a", { phase: "silent" })];
    const left = (usd: number) => ({ machines, spent: { dayUsd: 5 - usd, monthUsd: 0 } });
    expect(told(left(0.0271), withBudgets(5, 50))).toEqual([]);
    expect(told(left(0.0269), withBudgets(5, 50))).toEqual(["a budget_day"]);
  });

  test("one that EC2 takes, or that was told before, is not told again: it costs until it is gone", () => {
    const leaving = machine("a", { phase: "leaving", goneByMs: noon + 120_000 });
    const machines = [leaving, machine("b")];
    const left = (usd: number) => ({ machines, spent: { dayUsd: 5 - usd, monthUsd: 0 } });
    expect(told(left(0.0316), withBudgets(5, 50))).toEqual([]);
    expect(told(left(0.0314), withBudgets(5, 50))).toEqual(["b budget_day"]);
  });

  test("one that should be gone by now counts until the next look", () => {
    const late = machine("a", { phase: "leaving", goneByMs: noon - 60_000 });
    const machines = [late, machine("b")];
    const spent = { dayUsd: 5 - 0.0269, monthUsd: 0 };
    expect(told({ machines, spent }, withBudgets(5, 50))).toEqual(["b budget_day"]);
  });

  test("one that has ended costs nothing more", () => {
    const machines = [machine("a", { phase: "ended" }), machine("b")];
    const spent = { dayUsd: 5 - 0.0196, monthUsd: 0 };
    expect(told({ machines, spent }, withBudgets(5, 50))).toEqual([]);
  });

  test("a launch that EC2 does not list yet takes what it was made for from them", () => {
    const coming = [
      {
        intentId: intentIdSchema.parse("intent_01HZZZZZZZZZZZZZZZZZZZZZZZ"),
        open: true,
        model: "small",
        market: "spot" as const,
        instanceType: "g4dn.xlarge",
        askedMs: noon - 30_000,
        unseen: 1,
      },
    ];
    // 100 s of boot and 300 s of work: 0.04 USD.
    const spent = { dayUsd: 5 - 0.058, monthUsd: 0 };
    expect(told({ machines: [machine("a")], coming, spent }, withBudgets(5, 50))).toEqual(["a budget_day"]);
    expect(told({ machines: [machine("a")], spent }, withBudgets(5, 50))).toEqual([]);
  });

  test("one that is too dear as well is told what leaves it less time", () => {
    const pools = [
      {
        instanceType: "g4dn.xlarge",
        zone: "zone-a",
        subnetId: "subnet-a",
        priceUsdPerHour: 0.5,
        priceSinceMs: 0,
        lowestUsdPerHour: 0.5,
      },
    ];
    const change = { pools, machines: [machine("a"), machine("b", { zone: "zone-b" })] };
    expect(told(change, withBudgets(5, 50))).toEqual(["a price"]);
    expect(told({ ...change, spent: { dayUsd: 5, monthUsd: 0 } }, withBudgets(5, 50))).toEqual([
      "a budget_day",
      "b budget_day",
    ]);
  });

  test("the reason says what is left and what is needed", () => {
    const spent = { dayUsd: 4.93, monthUsd: 0 };
    expect(decide(seen({ spent }), withBudgets(5, 50)).drain[0]).toEqual({
      instanceId: idOf("a"),
      zone: "zone-a",
      reason: "budget_day",
      detail:
        "0.0700 USD is left of the day's 5, and the running machines may cost 0.0780 until they have left",
    });
  });
});

describe("a machine is bought", () => {
  const launched = (change: Partial<Observation>, settings: StageConfig): number | undefined =>
    decide(seen(change), settings).models[0]?.launch;
  const left = (usd: number) => ({ spent: { dayUsd: 5 - usd, monthUsd: 0 } });
  const alone = { machines: [machine("a")] };

  // A boot of 100 s and five minutes: 0.04 USD.
  test("when the money pays for its boot and five minutes", () => {
    expect(launched({ machines: [], ...left(0.0399) }, withBudgets(5, 50))).toBe(0);
    expect(launched({ machines: [], ...left(0.0401) }, withBudgets(5, 50))).toBe(1);
  });

  test("only if what runs can run on for so long: it would spend the new one's money, and the boot were for nothing", () => {
    expect(launched({ ...alone, ...left(0.0799) }, withBudgets(5, 50))).toBe(0);
    expect(launched({ ...alone, ...left(0.0801) }, withBudgets(5, 50))).toBe(1);
  });

  test("beside one that leaves when the money pays for that one's way out", () => {
    const machines = [machine("a", { phase: "leaving", goneByMs: noon + 100_000 })];
    expect(launched({ machines, ...left(0.0499) }, withBudgets(5, 50))).toBe(0);
    expect(launched({ machines, ...left(0.0501) }, withBudgets(5, 50))).toBe(1);
  });

  test("and none in place of those that were told to leave: what they leave over pays for no boot and five minutes", () => {
    for (const usd of [0.0194, 0.012, 0.005])
      expect(launched({ ...alone, ...left(usd) }, withBudgets(5, 50))).toBe(0);
  });

  test("before midnight when both days pay for their part", () => {
    // 200 s before midnight: 0.02 USD today, and 0.02 tomorrow.
    const nowMs = Date.parse("2026-01-15T23:56:40Z");
    const change = { nowMs, machines: [] };
    expect(launched({ ...change, ...left(0.0201) }, withBudgets(5, 50))).toBe(1);
    expect(launched({ ...change, ...left(0.0199) }, withBudgets(5, 50))).toBe(0);
    expect(launched(change, withBudgets(0.0199, 50))).toBe(0);
  });

  test("in the zones that the money pays for, where it does not pay for the dearest", () => {
    const pool = (zone: string, usd: number) => ({
      instanceType: "g4dn.xlarge",
      zone,
      subnetId: zone,
      priceUsdPerHour: usd,
      priceSinceMs: 0,
      lowestUsdPerHour: usd,
    });
    const pools = [pool("zone-a", 0.36), pool("zone-b", 0.18)];
    const [plan] = decide(seen({ machines: [], pools, ...left(0.03) }), withBudgets(5, 50)).models;
    expect(plan).toMatchObject({ launch: 1, pools: [{ zone: "zone-b" }] });
  });

  test("with its volume and its address", () => {
    // 0.144 USD an hour more: 0.016 USD in 400 s.
    const settings = { ...withBudgets(5, 50), public_ipv4_usd_per_hour: 0.144 };
    expect(launched({ machines: [], ...left(0.0559) }, settings)).toBe(0);
    expect(launched({ machines: [], ...left(0.0561) }, settings)).toBe(1);
  });
});

test("a machine that is told to leave is no capacity, and work that waits for money says so", () => {
  const plan = decide(seen({ spent: { dayUsd: 5, monthUsd: 5 } }), withBudgets(5, 50)).models[0];
  expect(plan).toMatchObject({ have: 0, launch: 0 });
  expect(plan?.reasons.map(({ reason }) => reason)).toContain("budget_day");
});
