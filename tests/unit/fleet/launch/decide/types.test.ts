/** What `decide` does with several machine types. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StageConfig } from "../../../../../shared/config.ts";
import { batchIdOf, intentIdSchema } from "../../../../../shared/contract/ids.ts";
import { poolKey } from "../../../../../shared/contract/pool-key.ts";
import { decide } from "../../../../../shared/fleet/launch/decide/decide.ts";
import type { Observation } from "../../../../../shared/fleet/launch/decide/observation.ts";
import type { ModelPlan } from "../../../../../shared/fleet/launch/decide/plan.ts";
import type { Machine } from "../../../../../shared/fleet/machines/phase.ts";
import type { OpenWork } from "../../../../../shared/interlock/open-work.ts";
import type { Pool } from "../../../../../shared/ports.ts";
import { aMachine, nothingSeen, unmeasured } from "../../observation.ts";
import { modelSettings, testSettings } from "../../settings.ts";

const nowMs = 1_800_000_000_000;
const afterSeconds = (seconds: number): number => nowMs + seconds * 1000;
const slow = "g4dn.xlarge";
const fast = "g5.xlarge";

const types = [
  { type: slow, max_spot_price_usd: 0.4, on_demand_price_usd: 0.5, audio_seconds_per_gpu_second: {} },
  { type: fast, max_spot_price_usd: 0.8, on_demand_price_usd: 1.1, audio_seconds_per_gpu_second: {} },
] as const;
const settings: StageConfig = { ...testSettings, instance_types: types };
const limited = (limits: Partial<StageConfig["limits"]>): StageConfig => ({
  ...settings,
  limits: { ...settings.limits, ...limits },
});
const pace = (audioSecondsPerSecond: number) => ({
  boot_seconds: 100,
  slow_boot_seconds: 120,
  audio_seconds_per_second: audioSecondsPerSecond,
});
/** The slow type makes 10 audio seconds a second, the fast one 20; both boot in 100 s. */
const measured = { ...unmeasured, ...pace(10), types: { [slow]: pace(10), [fast]: pace(20) } };
const pool = (instanceType: string, zone: string, priceUsdPerHour: number | null): Pool => ({
  instanceType,
  zone,
  subnetId: zone.replace("zone", "subnet"),
  priceUsdPerHour,
  priceSinceMs: 0,
  lowestUsdPerHour: priceUsdPerHour,
});
/** Due in 900 s, planned to end in 855: a machine that is launched now has 755 s of work. */
const work = (openAudioSeconds: number, change: Partial<OpenWork> = {}): OpenWork => ({
  batchId: batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZZ"),
  model: "small",
  speed: "fast",
  submittedMs: nowMs,
  deadlineMs: afterSeconds(900),
  openItems: 1000,
  openAudioSeconds,
  budget: null,
  ...change,
});
const machine = (instanceType: string, change: Partial<Machine> = {}): Machine => ({
  ...aMachine,
  instanceType,
  launchedMs: afterSeconds(-300),
  ...change,
});
const quiet: Observation = {
  ...nothingSeen,
  nowMs,
  pools: [pool(slow, "zone-a", 0.16), pool(slow, "zone-b", 0.18), pool(fast, "zone-a", 0.4)],
  queues: { small: { visible: 1000, inFlight: 0 }, large: { visible: 1000, inFlight: 0 } },
  measured: { small: measured, large: measured },
};
const dry = (...pools: readonly { readonly instanceType: string; readonly zone: string }[]) =>
  Object.fromEntries(
    pools.map((one) => [
      poolKey(one),
      { untilMs: afterSeconds(60), reason: "capacity" as const, code: "InsufficientInstanceCapacity" },
    ]),
  );
const slowIsDry = dry({ instanceType: slow, zone: "zone-a" }, { instanceType: slow, zone: "zone-b" });
const planFor = (change: Partial<Observation>, using = settings): ModelPlan => {
  const plan = decide({ ...quiet, ...change }, using).models[0];
  if (plan === undefined) throw new Error("no plan");
  return plan;
};
const chosen = ({ launch, instanceType }: ModelPlan): string => `${launch} ${instanceType}`;

describe("which type is bought", () => {
  test.each<[name: string, change: Partial<Observation>, using: StageConfig, expected: string]>([
    ["the cheap slow one for a little work", { work: [work(100)] }, settings, `1 ${slow}`],
    [
      "as many slow ones as the deadline needs, while they cost less",
      { work: [work(20_000)] },
      settings,
      `3 ${slow}`,
    ],
    [
      "the faster one for a deadline that the slow ones cannot meet within max_instances",
      { work: [work(40_000)] },
      settings,
      `3 ${fast}`,
    ],
    [
      "the faster one where the shared quota of vCPUs holds too few slow ones",
      { work: [work(20_000)] },
      limited({ max_vcpus: 8 }),
      `2 ${fast}`,
    ],
    [
      "of two that are too few, the one that makes more",
      { work: [work(90_000)] },
      limited({ max_vcpus: 8 }),
      `2 ${fast}`,
    ],
    [
      "the faster one where its second of audio is cheaper, and the boot is a small part",
      { work: [work(20_000)], pools: [pool(slow, "zone-a", 0.2), pool(fast, "zone-a", 0.36)] },
      settings,
      `2 ${fast}`,
    ],
    [
      "the slow one at these prices, where the boot is most of it",
      { work: [work(100)], pools: [pool(slow, "zone-a", 0.2), pool(fast, "zone-a", 0.36)] },
      settings,
      `1 ${slow}`,
    ],
    [
      "the other one while a type is dry everywhere",
      { work: [work(100)], cooling: slowIsDry },
      settings,
      `1 ${fast}`,
    ],
    [
      "a type with one dry zone all the same",
      { work: [work(100)], cooling: dry({ instanceType: slow, zone: "zone-a" }) },
      settings,
      `1 ${slow}`,
    ],
    [
      "the other one while a type is over its cap",
      { work: [work(100)], pools: [pool(slow, "zone-a", 0.41), pool(fast, "zone-a", 0.6)] },
      settings,
      `1 ${fast}`,
    ],
    [
      "no type over its own cap",
      { work: [work(100)], pools: [pool(slow, "zone-a", 0.41), pool(fast, "zone-a", 0.81)] },
      settings,
      `0 ${slow}`,
    ],
  ])("%s", (_name, change, using, expected) => {
    expect(chosen(planFor(change, using))).toBe(expected);
  });

  test("none, where machines of both types do the work together", () => {
    // 755 s × 10 of a slow one that boots, and 855 s × 20 of a fast one that is ready.
    const machines = [machine(slow, { phase: "booting", launchedMs: nowMs }), machine(fast)];
    expect(planFor({ work: [work(24_600)], machines })).toMatchObject({ have: 2, launch: 0 });
    expect(planFor({ work: [work(24_700)], machines })).toMatchObject({ have: 2, launch: 1 });
  });

  test("none in place of a machine that boots, when the price of another type falls below its own", () => {
    const machines = [machine(slow, { phase: "booting", launchedMs: afterSeconds(-50) })];
    const pools = [pool(slow, "zone-a", 0.39), pool(fast, "zone-a", 0.05)];
    expect(planFor({ work: [work(1000)], machines, pools })).toMatchObject({ have: 1, launch: 0 });
  });

  test("each model gets the type that is best for it, out of one quota", () => {
    const using = { ...limited({ max_vcpus: 12 }), models: [modelSettings("small"), modelSettings("large")] };
    const large = work(40_000, { model: "large", deadlineMs: afterSeconds(1000) });
    const plans = decide({ ...quiet, work: [work(100), large] }, using).models;
    expect(plans.map((plan) => [plan.model, chosen(plan)])).toEqual([
      ["small", `1 ${slow}`],
      ["large", `2 ${fast}`],
    ]);
    expect(plans[1]?.reasons.at(-1)).toEqual({
      reason: "max_vcpus",
      detail: "8 of 12 vCPUs are left; a machine of g5.xlarge has 4",
    });
  });

  test("a type that nobody has measured is reckoned from one that was, by what both are guessed to make", () => {
    const small = { ...measured, types: { [slow]: pace(8) } };
    const plan = planFor({ work: [work(100)], cooling: slowIsDry, measured: { small } });
    // 600 GB/s against 320.
    expect(plan).toMatchObject({ instanceType: fast, audioSecondsPerSecond: 15 });
  });

  test("before anything is measured, each type is planned with at a fifth of its guess", () => {
    const plan = planFor({ work: [work(3000)], measured: {} });
    expect(plan).toMatchObject({ instanceType: slow, audioSecondsPerSecond: 10, launch: 2 });
  });
});

describe("where a launch of several types may land", () => {
  const placesOf = (plan: ModelPlan): string[] => plan.pools.map(poolKey);

  test("in pools whose second of audio costs at most a fifth more than the best", () => {
    const pools = [
      pool(slow, "zone-a", 0.2),
      pool(slow, "zone-b", 0.23),
      pool(slow, "zone-c", 0.25),
      pool(fast, "zone-a", 0.44),
      pool(fast, "zone-b", 0.6),
    ];
    expect(placesOf(planFor({ work: [work(7000)], pools }))).toEqual([`${slow}/zone-a`, `${slow}/zone-b`]);
    expect(placesOf(planFor({ work: [work(28_000)], pools }))).toEqual([
      `${slow}/zone-a`,
      `${slow}/zone-b`,
      `${fast}/zone-a`,
    ]);
  });

  test("never in one of a slower type than the launch was reckoned with", () => {
    const pools = [pool(slow, "zone-a", 0.2), pool(fast, "zone-a", 0.36)];
    expect(placesOf(planFor({ work: [work(20_000)], pools }))).toEqual([`${fast}/zone-a`]);
  });

  test("with one type, in every zone under the cap, whatever it costs", () => {
    const pools = [pool(slow, "zone-a", 0.1), pool(slow, "zone-b", 0.39)];
    expect(placesOf(planFor({ work: [work(100)], pools }, testSettings))).toEqual([
      `${slow}/zone-a`,
      `${slow}/zone-b`,
    ]);
  });
});

describe("what is said of the choice", () => {
  const told = (plan: ModelPlan): string | undefined =>
    plan.reasons.find(({ reason }) => reason === "type")?.detail;

  test("a minute of audio in each type's best pool", () => {
    expect(told(planFor({ work: [work(1000)] }))).toBe(
      "g4dn.xlarge in zone-a: 0.00053 USD per audio minute against 0.0010 with g5.xlarge in zone-a",
    );
  });

  test("why the other type has no pool", () => {
    expect(told(planFor({ work: [work(1000)], cooling: slowIsDry }))).toBe(
      "g5.xlarge in zone-a: 0.0010 USD per audio minute; g4dn.xlarge: no capacity there lately: g4dn.xlarge in zone-a (InsufficientInstanceCapacity, asked again at 2027-01-15T08:01:00.000Z), g4dn.xlarge in zone-b (InsufficientInstanceCapacity, asked again at 2027-01-15T08:01:00.000Z)",
    );
  });

  test("that the cheaper type is too few", () => {
    expect(told(planFor({ work: [work(40_000)] }))).toMatch(/\(4 machines of 6 may be had\)$/);
  });

  test("nothing, with one type", () => {
    expect(told(planFor({ work: [work(1000)] }, testSettings))).toBeUndefined();
  });
});

describe("the rescue of a stage with several types", () => {
  const rescuing: StageConfig = { ...settings, rescue: { max_instances: 2 } };
  const allDry = dry(...quiet.pools);

  test("buys the type whose second of audio costs least on demand", () => {
    const late = [work(2000, { deadlineMs: afterSeconds(200) })];
    const plan = planFor({ work: late, cooling: allDry }, rescuing);
    expect({ market: plan.market, what: chosen(plan) }).toEqual({ market: "on_demand", what: `2 ${slow}` });
    expect(plan.pools[0]).toMatchObject({ instanceType: slow, priceUsdPerHour: 0.5 });
  });

  test("is not bought while any type can be had on spot", () => {
    const late = [work(2000, { deadlineMs: afterSeconds(200) })];
    expect(planFor({ work: late, cooling: slowIsDry }, rescuing)).toMatchObject({
      market: "spot",
      instanceType: fast,
    });
  });
});

describe("whatever is seen", () => {
  const seen: fc.Arbitrary<Partial<Observation>> = fc.record({
    work: fc.array(
      fc
        .record({ audio: fc.integer({ min: 1, max: 60_000 }), due: fc.integer({ min: -300, max: 4000 }) })
        .map(({ audio, due }) => work(audio, { deadlineMs: afterSeconds(due) })),
      { minLength: 1, maxLength: 4 },
    ),
    machines: fc.array(
      fc.constantFrom(slow, fast).map((type) => machine(type)),
      { maxLength: 3 },
    ),
    pools: fc.uniqueArray(
      fc
        .record({
          type: fc.constantFrom(slow, fast),
          zone: fc.constantFrom("zone-a", "zone-b"),
          usd: fc.double({ min: 0.05, max: 0.9, noNaN: true }),
        })
        .map(({ type, zone, usd }) => pool(type, zone, usd)),
      { selector: poolKey },
    ),
  });
  const tight = limited({ max_vcpus: 12 });
  /** What the planned machines cost for their boots and their share of the work, and whether they are enough. */
  const costOf = (plan: ModelPlan, using: StageConfig): number => {
    const detail = plan.reasons.find(({ reason }) => reason === "type")?.detail ?? "";
    expect(using.instance_types.length > 1 || detail === "").toBe(true);
    return Number(/: ([0-9.e-]+) USD/.exec(detail)?.[1] ?? NaN);
  };

  test("no limit is passed", () => {
    fc.assert(
      fc.property(seen, (change) => {
        const plan = planFor(change, tight);
        const there = change.machines?.length ?? 0;
        expect(there + plan.launch).toBeLessThanOrEqual(Math.max(there, 3));
        for (const { instanceType, priceUsdPerHour } of plan.pools)
          expect(priceUsdPerHour).toBeLessThanOrEqual(instanceType === slow ? 0.4 : 0.8);
      }),
    );
  });

  test("a further pool makes no minute of audio dearer, while the deadlines are met without it", () => {
    fc.assert(
      fc.property(seen, fc.double({ min: 0.05, max: 0.4, noNaN: true }), (change, usd) => {
        const before = planFor(change);
        const isMet = before.launch > 0 && before.have + before.launch >= before.want;
        fc.pre(isMet);
        const more = [...(change.pools ?? []), pool(slow, "zone-c", usd), pool(fast, "zone-c", usd * 2)];
        const after = planFor({ ...change, pools: more });
        expect(after.have + after.launch).toBeGreaterThanOrEqual(after.want);
        expect(costOf(after, settings)).toBeLessThanOrEqual(costOf(before, settings));
      }),
    );
  });
});

test("an intent's machines count for the type that came", () => {
  const coming = (instanceType: string) => [
    {
      intentId: intentIdSchema.parse("intent_01HZZZZZZZZZZZZZZZZZZZZZZZ"),
      open: false,
      model: "small",
      market: "spot" as const,
      instanceType,
      askedMs: nowMs,
      unseen: 1,
    },
  ];
  expect(planFor({ work: [work(15_000)], coming: coming(fast) })).toMatchObject({ launch: 0 });
  expect(planFor({ work: [work(15_000)], coming: coming(slow) })).toMatchObject({ launch: 1 });
});
