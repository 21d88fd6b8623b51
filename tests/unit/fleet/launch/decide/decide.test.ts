import { describe, expect, test } from "vitest";
import { batchIdOf, intentIdSchema } from "../../../../../shared/contract/ids.ts";
import { decide } from "../../../../../shared/fleet/launch/decide/decide.ts";
import type { ComingLaunch, Observation } from "../../../../../shared/fleet/launch/decide/observation.ts";
import type { Held, ModelPlan } from "../../../../../shared/fleet/launch/decide/plan.ts";
import type { Pool } from "../../../../../shared/ports.ts";
import { aMachine, nothingSeen, unmeasured } from "../../observation.ts";
import { testSettings, withModels, withType } from "../../settings.ts";
import type { Machine } from "../../../../../shared/fleet/machines/phase.ts";
import type { OpenWork } from "../../../../../shared/interlock/open-work.ts";

const nowMs = 1_800_000_000_000;
const afterSeconds = (seconds: number): number => nowMs + seconds * 1000;
const intentId = intentIdSchema.parse("intent_01HZZZZZZZZZZZZZZZZZZZZZZZ");

const machine = (change: Partial<Machine> = {}): Machine => ({
  ...aMachine,
  launchedMs: afterSeconds(-300),
  usdPerHour: 0.16,
  ...change,
});
/** 1,000 audio seconds are 100 s of one machine. */
const work = (change: Partial<OpenWork> = {}): OpenWork => ({
  batchId: batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZZ"),
  model: "small",
  speed: "fast",
  submittedMs: nowMs,
  deadlineMs: afterSeconds(900),
  openItems: 100,
  openAudioSeconds: 1000,
  budget: null,
  ...change,
});
const coming = (change: Partial<ComingLaunch> = {}): ComingLaunch => ({
  intentId,
  open: true,
  model: "small",
  market: "spot",
  instanceType: "g4dn.xlarge",
  askedMs: afterSeconds(-30),
  unseen: 1,
  ...change,
});
const pool = (zone: string, priceUsdPerHour: number | null, lowestUsdPerHour = priceUsdPerHour): Pool => ({
  instanceType: "g4dn.xlarge",
  zone,
  subnetId: zone.replace("zone", "subnet"),
  priceUsdPerHour,
  priceSinceMs: 0,
  lowestUsdPerHour,
});
const tenASecond = { ...unmeasured, audio_seconds_per_second: 10 };
const quiet: Observation = {
  ...nothingSeen,
  nowMs,
  pools: [pool("zone-b", 0.2), pool("zone-a", 0.16)],
  queues: { small: { visible: 1000, inFlight: 0 }, large: { visible: 1000, inFlight: 0 } },
  measured: { small: tenASecond, large: tenASecond },
};
const planFor = (change: Partial<Observation>, settings = testSettings): ModelPlan => {
  const plan = decide({ ...quiet, ...change }, settings).models[0];
  if (plan === undefined) throw new Error("no plan");
  return plan;
};
const reasonsOf = (plan: ModelPlan): string[] => plan.reasons.map(({ reason }) => reason);

describe("how many machines", () => {
  test.each<[name: string, change: Partial<Observation>, expected: Partial<ModelPlan>]>([
    ["nothing is launched while nothing is open", {}, { have: 0, want: 0, launch: 0 }],
    [
      "one clip gets a machine",
      { work: [work({ openItems: 1, openAudioSeconds: 1 })] },
      { want: 1, launch: 1 },
    ],
    // Due in 855 s, ready after 100 s: 755 s a machine.
    [
      "one machine does what fits before the deadline",
      { work: [work({ openAudioSeconds: 7550 })] },
      { want: 1, launch: 1 },
    ],
    [
      "a second one comes for a second more",
      { work: [work({ openAudioSeconds: 7560 })] },
      { want: 2, launch: 2 },
    ],
    [
      "the earliest deadline decides, however much time the rest has",
      {
        work: [
          work({ deadlineMs: afterSeconds(360), openAudioSeconds: 4000 }),
          work({ deadlineMs: afterSeconds(9000) }),
        ],
      },
      { want: 2, launch: 2 },
    ],
    [
      "work that is due later counts on top of what is due before it",
      {
        work: [
          work({ openAudioSeconds: 5000 }),
          work({ deadlineMs: afterSeconds(910), openAudioSeconds: 5000 }),
        ],
      },
      { want: 2, launch: 2 },
    ],
    [
      "late work is served within two minutes of a boot, not with endless machines",
      { work: [work({ deadlineMs: afterSeconds(-5000), openAudioSeconds: 1200 })] },
      { want: 1, launch: 1 },
    ],
    [
      "no machine comes for less than two minutes of work, however near the deadline",
      { work: [work({ deadlineMs: afterSeconds(160), openAudioSeconds: 2400 })] },
      { want: 2, launch: 2 },
    ],
    [
      "a ready machine is counted",
      { work: [work()], machines: [machine()] },
      { have: 1, want: 1, launch: 0 },
    ],
    [
      "a booting machine is counted",
      { work: [work()], machines: [machine({ phase: "booting", launchedMs: afterSeconds(-10) })] },
      { have: 1, want: 1, launch: 0 },
    ],
    [
      "a launch without an answer is counted",
      { work: [work()], coming: [coming()] },
      { have: 1, want: 1, launch: 0 },
    ],
    [
      "a launched machine that EC2 does not list yet is counted",
      { work: [work()], coming: [coming({ open: false })] },
      { have: 1, want: 1, launch: 0 },
    ],
    ...(["leaving", "silent", "overdue", "ended"] as const).map(
      (phase): [string, Partial<Observation>, Partial<ModelPlan>] => [
        `a machine that is ${phase} is no capacity`,
        { work: [work()], machines: [machine({ phase })] },
        { have: 0, want: 1, launch: 1 },
      ],
    ),
    [
      "a machine of another model is no capacity",
      { work: [work()], machines: [machine({ model: "large" })] },
      { have: 0, want: 1, launch: 1 },
    ],
    [
      "there are never more machines than clips",
      { work: [work({ openItems: 1, openAudioSeconds: 100_000 })] },
      { want: 1, launch: 1 },
    ],
    [
      "an open clip without a second left still gets a machine when there is none",
      { work: [work({ openItems: 1, openAudioSeconds: 0 })] },
      { want: 1, launch: 1 },
    ],
    [
      "a slower pace takes more machines",
      {
        work: [work({ openAudioSeconds: 7550 })],
        measured: { small: { ...unmeasured, audio_seconds_per_second: 2.5 } },
      },
      { workSeconds: 3020, want: 4, launch: 4 },
    ],
    [
      "a pace that is only guessed may be five times too fast",
      { work: [work({ openAudioSeconds: 1510 })], measured: {} },
      { audioSecondsPerSecond: 10, workSeconds: 151, want: 1, launch: 1 },
    ],
    [
      "and takes machines as if it were",
      { work: [work({ openAudioSeconds: 1520 })], measured: {} },
      { audioSecondsPerSecond: 10, workSeconds: 152, want: 2, launch: 2 },
    ],
    [
      "what a machine has told of finished clips counts before the reaper has written it down",
      {
        work: [work({ openAudioSeconds: 7550 })],
        machines: [machine({ phase: "leaving", audioSecondsPerSecond: 10 })],
        measured: {},
      },
      { audioSecondsPerSecond: 10, want: 1 },
    ],
    [
      "of what several have told the middle counts",
      {
        work: [work({ openAudioSeconds: 7550 })],
        machines: [100, 2.5, 0.1].map((pace) => machine({ phase: "leaving", audioSecondsPerSecond: pace })),
        measured: {},
      },
      { audioSecondsPerSecond: 2.5, want: 4 },
    ],
    [
      "what the ledgers know counts more than what one machine tells",
      {
        work: [work({ openAudioSeconds: 7550 })],
        machines: [machine({ phase: "leaving", audioSecondsPerSecond: 1 })],
      },
      { audioSecondsPerSecond: 10, want: 1 },
    ],
  ])("%s", (_name, change, expected) => {
    expect(planFor(change)).toMatchObject(expected);
  });
});

test("a measured boot time replaces the configuration's guess", () => {
  // Due in 855 s: a machine that boots in 400 s has 455 s for it.
  const measured = { small: { ...tenASecond, boot_seconds: 400 } };
  expect(planFor({ work: [work({ openAudioSeconds: 4550 })], measured })).toMatchObject({ want: 1 });
  expect(planFor({ work: [work({ openAudioSeconds: 4560 })], measured })).toMatchObject({ want: 2 });
});

describe("what holds a launch back", () => {
  const muchWork = [work({ openAudioSeconds: 60_000 })];
  test.each<[name: string, change: Partial<Observation>, launch: number, reasons: string[]]>([
    ["the ceiling is never passed", { work: muchWork }, 4, ["work", "max_instances"]],
    [
      "a machine that only leaves still counts against the ceiling",
      { work: muchWork, machines: [machine({ phase: "leaving" }), machine({ phase: "silent" })] },
      2,
      ["work", "max_instances"],
    ],
    [
      "a machine that has ended leaves its place",
      { work: muchWork, machines: [machine({ phase: "ended" })] },
      4,
      ["work", "max_instances"],
    ],
    [
      "launches that nobody sees yet count against the ceiling",
      { work: muchWork, coming: [coming({ unseen: 3 })] },
      1,
      ["work", "max_instances"],
    ],
    [
      "with more machines than allowed, headroom is none, not negative",
      { work: muchWork, machines: Array.from({ length: 6 }, () => machine({ model: "other" })) },
      0,
      ["work", "max_instances"],
    ],
    ["the latch holds everything", { work: [work()], latchedMs: nowMs }, 0, ["work", "latch"]],
    [
      "a limit of the account for spot holds spot",
      { work: [work()], quotas: { spot: { untilMs: afterSeconds(1), detail: "the quota is 0" } } },
      0,
      ["work", "quota"],
    ],
    [
      "a breaker whose time is over holds nothing",
      { work: [work()], breaker: { untilMs: nowMs, reason: "refused", detail: "no right" } },
      1,
      ["work"],
    ],
    [
      "a price over the cap everywhere holds the launch",
      { work: [work()], pools: [pool("zone-a", 0.41)] },
      0,
      ["work", "price"],
    ],
    [
      "a zone whose price nobody knows is not asked",
      { work: [work()], pools: [pool("zone-a", null)] },
      0,
      ["work", "no_price"],
    ],
    ["a region without a zone for us says so", { work: [work()], pools: [] }, 0, ["work", "no_price"]],
    [
      "cooling everywhere holds the launch",
      {
        work: [work()],
        cooling: {
          "g4dn.xlarge/zone-a": {
            untilMs: afterSeconds(60),
            reason: "capacity",
            code: "InsufficientInstanceCapacity",
          },
          "g4dn.xlarge/zone-b": { untilMs: afterSeconds(60), reason: "interruption", code: "interruption" },
        },
      },
      0,
      ["work", "cooling"],
    ],
  ])("%s", (_name, change, launch, reasons) => {
    const plan = planFor(change);
    expect(plan.launch).toBe(launch);
    expect(reasonsOf(plan)).toEqual(reasons);
  });

  test("the reason names the zones and their prices", () => {
    const pools = [pool("zone-a", 0.52)];
    expect(planFor({ work: [work()], pools }).reasons.at(-1)).toEqual({
      reason: "price",
      detail: "the spot price is over 0.4 USD an hour: zone-a 0.52",
    });
  });
});

describe("budgets", () => {
  // The dearest zone costs 0.20 USD an hour; 100 s of boot and 300 s of work in it are 0.0222 USD.
  const muchWork = [work({ openAudioSeconds: 60_000 })];
  const budgets = { day_usd: 5, month_usd: 50 };
  const spent = (dayUsd: number, monthUsd: number): Partial<Observation> => ({
    work: muchWork,
    spent: { dayUsd, monthUsd },
  });

  test.each<[name: string, change: Partial<Observation>, launch: number, reasons: string[]]>([
    ["a day's budget that is spent holds the launch", spent(5, 5), 0, ["budget_day"]],
    ["a month's budget that is spent holds the launch", spent(0, 50), 0, ["budget_month"]],
    ["a budget that is overspent holds it too", spent(7, 60), 0, ["budget_day", "budget_month"]],
    ["what is left for two machines launches two", spent(4.95, 5), 2, ["budget_day"]],
    ["what is left for all that is missing holds nothing", spent(4.5, 5), 4, []],
    [
      "what booting machines will cost is taken off",
      { ...spent(4.95, 5), machines: [machine({ phase: "booting", launchedMs: nowMs })] },
      1,
      ["budget_day"],
    ],
    [
      "what granted launches will cost is taken off",
      { ...spent(4.95, 5), coming: [coming()] },
      1,
      ["budget_day"],
    ],
  ])("%s", (_name, change, launch, reasons) => {
    const plan = planFor(change, { ...testSettings, budgets });
    expect(plan.launch).toBe(launch);
    expect(reasonsOf(plan).filter((reason) => reason.startsWith("budget"))).toEqual(reasons);
  });

  test("the reason says what is left", () => {
    const plan = planFor({ ...spent(4.99, 5), work: [work()] });
    expect(plan.reasons.at(-1)).toEqual({
      reason: "budget_day",
      detail: "0.0100 USD is left of the day's 5, a machine costs 0.0222 at least",
    });
  });

  test("two models share what is left", () => {
    const both = [work({ model: "small", openAudioSeconds: 20_000 }), work({ model: "large" })];
    const plan = decide({ ...quiet, ...spent(4.95, 5), work: both }, withModels("small", "large"));
    expect(plan.models.map(({ launch }) => launch)).toEqual([2, 0]);
  });
});

describe("what a batch may cost", () => {
  // At 0.20 USD an hour a boot of 100 s costs 0.0056 USD, and a machine until the planned end, in 855 s, 0.0475.
  const batchId = batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZZ");
  const otherId = batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZY");
  const costing = (maxUsd: number, spentUsd = 0, change: Partial<OpenWork> = {}): OpenWork =>
    work({
      openAudioSeconds: 60_000,
      budget: { batchId, maxUsd, spentUsd, itemsInHand: 0, isHeld: false },
      ...change,
    });
  type Expected = Omit<Partial<ModelPlan>, "held"> & { readonly held?: readonly Partial<Held>[] };
  const booting = machine({ phase: "booting", launchedMs: nowMs });

  test.each<[name: string, change: Partial<Observation>, plan: Expected, reasons: string[]]>([
    [
      "pays for all that its deadline needs",
      { work: [costing(1)] },
      { launch: 4 },
      ["work", "max_instances"],
    ],
    ["pays for two machines: two are launched", { work: [costing(0.1)] }, { launch: 2 }, ["work"]],
    ["pays for no whole one: one is launched", { work: [costing(0.02)] }, { launch: 1 }, ["work"]],
    ["pays for no boot: none is launched", { work: [costing(0.005)] }, { launch: 0 }, ["budget_batch"]],
    [
      "is nearly spent: it pays for no boot either",
      { work: [costing(0.1, 0.096)] },
      { launch: 0 },
      ["budget_batch"],
    ],
    ["is spent: none is launched", { work: [costing(0.1, 0.1)] }, { launch: 0 }, ["budget_batch"]],
    ["is overspent: none is launched", { work: [costing(0.1, 0.2)] }, { launch: 0 }, ["budget_batch"]],
    [
      "pays for a little more of a machine that is there: that goes on, and none is launched",
      { work: [costing(0.1, 0.099)], machines: [machine()] },
      { want: 1, launch: 0, held: [] },
      ["covered"],
    ],
    // Each of two machines costs 120 s until it is gone: 60 until the next look, 15 until it hears, 15 of idling, 30 to
    // shut down. 10 s are for a machine that dies, and half a lease, 200 s, may be passed: 50 s have to be left, 0.0028 USD.
    [
      "pays for a little more than what two machines that are there begin: it goes on",
      { work: [costing(0.1, 0.0971)], machines: [machine(), machine()] },
      { launch: 0, held: [] },
      ["covered"],
    ],
    [
      "pays for no more than what two machines that are there begin: it is held in time",
      { work: [costing(0.1, 0.0973)], machines: [machine(), machine()] },
      { launch: 0, held: [{ batchId }] },
      ["budget_batch"],
    ],
    [
      "pays for no more than what a machine begins whose price has risen since: it is held in time",
      { work: [costing(0.1, 0.0971)], machines: [machine({ usdPerHour: 0.3 }), machine()] },
      { launch: 0, held: [{ batchId }] },
      ["budget_batch"],
    ],
    // 40 clips of 600 s, as the sum has it: 2,400 s more.
    [
      "pays for no clips in hand beside that: it is held in time",
      {
        work: [
          costing(0.1, 0.08, {
            openItems: 100,
            budget: { batchId, maxUsd: 0.1, spentUsd: 0.08, itemsInHand: 40, isHeld: false },
          }),
        ],
        machines: [machine()],
      },
      { launch: 0, held: [{ batchId }] },
      ["budget_batch"],
    ],
    [
      "pays for all that is open: it goes on, however near the end that is",
      {
        work: [costing(0.1, 0.096, { openAudioSeconds: 200 })],
        machines: [machine(), machine(), machine(), machine()],
      },
      { launch: 0, held: [] },
      ["covered"],
    ],
    [
      "is needed for a machine that has served nobody yet: what that has cost counts",
      { work: [costing(0.1, 0.0971)], machines: [machine(), machine({ unservedUsd: 0.001 })] },
      { launch: 0, held: [{ batchId }] },
      ["budget_batch"],
    ],
    // Four machines are launched for both. Its half of their boots and their way out, 240 s each without the boots, is
    // 680 s of a machine, and half a lease less: 480 s, 0.0267 USD.
    [
      "pays for no share of the machines that are launched for another one: it is held before it has to",
      { work: [work({ openAudioSeconds: 60_000 }), costing(0.025)] },
      { launch: 4, held: [{ batchId }] },
      ["work", "budget_batch", "max_instances"],
    ],
    [
      "pays for its share of the machines that are launched for another one: it goes on",
      { work: [work({ openAudioSeconds: 60_000 }), costing(0.028)] },
      { launch: 4, held: [] },
      ["work", "max_instances"],
    ],
    [
      "pays for no share of the machines that boot for another one: it is held before it has to",
      {
        work: [work({ openAudioSeconds: 60_000 }), costing(0.025)],
        machines: [booting, booting, booting, booting],
      },
      { launch: 0, held: [{ batchId }] },
      ["work", "budget_batch", "max_instances"],
    ],
    [
      "shares those machines with one that is held and bears nothing: it is held as well",
      {
        work: [
          work({ openAudioSeconds: 60_000 }),
          costing(0.025),
          costing(0.1, 0, {
            openAudioSeconds: 600_000,
            budget: { batchId: otherId, maxUsd: 0.1, spentUsd: 0.1, itemsInHand: 0, isHeld: true },
          }),
        ],
      },
      { launch: 4, held: [{ batchId }, { batchId: otherId }] },
      ["work", "budget_batch", "max_instances"],
    ],
    [
      "pays for a boot and for what is begun then: one that was held goes on",
      {
        work: [
          costing(0.1, 0.086, {
            budget: { batchId, maxUsd: 0.1, spentUsd: 0.086, itemsInHand: 0, isHeld: true },
          }),
        ],
      },
      { launch: 1, held: [] },
      ["work"],
    ],
    [
      "pays for a boot alone: one that was held stays so",
      {
        work: [
          costing(0.1, 0.092, {
            budget: { batchId, maxUsd: 0.1, spentUsd: 0.092, itemsInHand: 0, isHeld: true },
          }),
        ],
      },
      { launch: 0, held: [{ batchId }] },
      ["budget_batch"],
    ],
    [
      "pays for no more than the machine that boots for it: none is launched",
      { work: [costing(0.05)], machines: [booting] },
      { want: 1, launch: 0, held: [] },
      ["booting"],
    ],
    [
      "is spent: other batches' machines are launched as if it were not there",
      { work: [costing(0.1, 0.1), work()] },
      { want: 1, launch: 1, workSeconds: 100, openItems: 200 },
      ["work", "budget_batch"],
    ],
    [
      "is more than it needs: it binds nothing",
      { work: [costing(0.1, 0, { openAudioSeconds: 100 })] },
      { want: 1, launch: 1, workSeconds: 10 },
      ["work"],
    ],
  ])("%s", (_name, change, expected, reasons) => {
    const plan = planFor(change);
    expect(plan).toMatchObject(expected);
    expect(reasonsOf(plan)).toEqual(reasons);
  });

  test.each<[name: string, work: OpenWork, detail: string]>([
    [
      "all is spent",
      costing(0.1, 0.1012),
      "0.1012 USD is spent, and the batch may cost 0.1 USD: a higher budget continues it",
    ],
    [
      "what is left pays for no boot",
      costing(0.1, 0.096),
      "0.0040 USD is left of the 0.1 USD that the batch may cost, and a machine's boot costs 0.0056: a higher budget continues it",
    ],
  ])("when %s the batch is held, and its owner can read why", (_name, one, detail) => {
    expect(planFor({ work: [one] }).held).toEqual([{ batchId, detail }]);
  });

  // A boot of 40 s and five minutes are 340 s, and half of them is used. A machine that dies costs 270 s, 100 s more than
  // the other half. So two machines need 240 + 100 - 170 s, 0.0094 USD, instead of 0.0039.
  test("the lease that it may be passed by must pay for a machine that dies without a word: it is held earlier", () => {
    const worker = { ...testSettings.worker, boot_seconds: 40, heartbeat_deadline_seconds: 120 };
    const heldAt = (spentUsd: number): number => {
      const seen = { work: [costing(0.1, spentUsd)], machines: [machine(), machine()] };
      return planFor(seen, { ...testSettings, worker }).held.length;
    };
    expect(heldAt(0.0905)).toBe(0);
    expect(heldAt(0.0907)).toBe(1);
  });

  test("no price is known: what a boot may cost at most is reckoned with", () => {
    const pools = [pool("zone-a", null)];
    expect(planFor({ work: [costing(0.011)], pools }).held).toHaveLength(1);
    expect(planFor({ work: [costing(0.012)], pools }).held).toHaveLength(0);
  });

  test("spot is too dear and a rescue may come: what that costs is reckoned with", () => {
    const rescuing = { ...testSettings, rescue: { max_instances: 4 } };
    const seen = (maxUsd: number): Partial<Observation> => ({
      work: [costing(maxUsd, 0, { deadlineMs: afterSeconds(100) })],
      pools: [pool("zone-a", 0.5)],
    });
    // 100 s of boot and 120 s of work are 0.0321 USD on demand.
    expect(planFor(seen(0.07), rescuing)).toMatchObject({ launch: 2, market: "on_demand" });
    expect(planFor(seen(0.035), rescuing)).toMatchObject({ launch: 1, market: "on_demand" });
    expect(planFor(seen(0.0146), rescuing)).toMatchObject({ launch: 0, held: [{ batchId }] });
  });

  test("a batch that is held gives its model no precedence over another's work", () => {
    const late = { deadlineMs: afterSeconds(-5000) };
    const both = [
      costing(0.1, 0.1, late),
      work({ openItems: 1 }),
      work({ model: "large", deadlineMs: afterSeconds(600) }),
    ];
    const settings = {
      ...withModels("small", "large"),
      limits: { ...testSettings.limits, max_instances: 1, queued_items: 1000 },
    };
    const { models } = decide({ ...quiet, work: both }, settings);
    expect(models.map(({ model, launch }) => [model, launch])).toEqual([
      ["large", 1],
      ["small", 0],
    ]);
  });
});

describe("rescue", () => {
  const rescuing = { ...testSettings, rescue: { max_instances: 2 } };
  // A slow boot takes 120 s, 100 audio seconds take 10 s, and 45 s are kept: 175 s before the deadline is the last
  // moment, and what the next tick would miss is bought by this one.
  const due = (seconds: number, openAudioSeconds = 100) => [
    work({ deadlineMs: afterSeconds(seconds), openAudioSeconds }),
  ];
  const dear = [pool("zone-a", 0.41)];
  const dry = {
    "g4dn.xlarge/zone-a": {
      untilMs: afterSeconds(60),
      reason: "capacity" as const,
      code: "InsufficientInstanceCapacity",
    },
    "g4dn.xlarge/zone-b": {
      untilMs: afterSeconds(60),
      reason: "capacity" as const,
      code: "InsufficientInstanceCapacity",
    },
  };

  test.each<[name: string, change: Partial<Observation>, launch: number]>([
    [
      "buys on demand when every pool is dry and a deadline would be missed",
      { work: due(220), cooling: dry },
      1,
    ],
    ["buys on demand when spot is too dear", { work: due(220), pools: dear }, 1],
    [
      "buys on demand when the account's limit holds spot, for on-demand has a limit of its own",
      { work: due(220), quotas: { spot: { untilMs: afterSeconds(600), detail: "the limit is 1" } } },
      1,
    ],
    [
      "does not buy while the account's limit for on-demand holds it too",
      {
        work: due(220),
        cooling: dry,
        quotas: { on_demand: { untilMs: afterSeconds(600), detail: "the limit is 0" } },
      },
      0,
    ],
    ["waits while the next tick is still in time", { work: due(235), cooling: dry }, 0],
    ["buys when the next tick would be too late", { work: due(234), cooling: dry }, 1],
    ["buys no more than its own cap", { work: due(220, 60_000), cooling: dry }, 2],
    [
      "counts on-demand machines that run for others",
      { work: due(220, 60_000), cooling: dry, machines: [machine({ model: "large", market: "on_demand" })] },
      1,
    ],
    [
      "buys what the machines that are there cannot do in time",
      { work: due(220, 4000), cooling: dry, machines: [machine()] },
      2,
    ],
    [
      "does not buy what a machine that is there can do",
      { work: due(220), cooling: dry, machines: [machine()] },
      0,
    ],
    [
      "buys for the work that is due, and not for what is due later",
      {
        work: [...due(220), work({ deadlineMs: afterSeconds(2000), openAudioSeconds: 20_000 })],
        cooling: dry,
      },
      1,
    ],
    [
      "does not buy what a launch without an answer can do",
      { work: due(220), cooling: dry, coming: [coming()] },
      0,
    ],
    ["does not buy for a stopped fleet", { work: due(220), cooling: dry, latchedMs: nowMs }, 0],
    [
      "does not buy through an open breaker",
      {
        work: due(220),
        cooling: dry,
        breaker: { untilMs: afterSeconds(1), reason: "refused", detail: "no right" },
      },
      0,
    ],
    [
      "does not buy what the budget does not hold",
      { work: due(220), cooling: dry, spent: { dayUsd: 4.95, monthUsd: 5 } },
      0,
    ],
  ])("%s", (_name, change, launch) => {
    const plan = planFor(change, rescuing);
    expect({ launch: plan.launch, market: plan.market }).toEqual({
      launch,
      market: launch === 0 ? "spot" : "on_demand",
    });
    expect(reasonsOf(plan).includes("rescue")).toBe(launch > 0);
  });

  test("is off unless it is configured", () => {
    expect(planFor({ work: due(220), cooling: dry })).toMatchObject({ launch: 0, market: "spot" });
  });

  test("is not tried while spot can be had", () => {
    expect(planFor({ work: due(0) }, rescuing)).toMatchObject({ market: "spot" });
  });

  test("asks every zone, at the on-demand price", () => {
    expect(planFor({ work: due(220), cooling: dry }, rescuing).pools).toEqual([
      {
        instanceType: "g4dn.xlarge",
        zone: "zone-b",
        subnetId: "subnet-b",
        priceUsdPerHour: 0.526,
        priceSinceMs: null,
      },
      {
        instanceType: "g4dn.xlarge",
        zone: "zone-a",
        subnetId: "subnet-a",
        priceUsdPerHour: 0.526,
        priceSinceMs: null,
      },
    ]);
  });
});

test("spot is never bought above the on-demand price, whatever the cap", () => {
  const pools = [pool("zone-a", 0.6)];
  const plan = planFor({ work: [work()], pools }, withType({ max_spot_price_usd: 1 }));
  expect(plan).toMatchObject({ launch: 0 });
  expect(reasonsOf(plan)).toEqual(["work", "price"]);
});

describe("a zone that has become dear", () => {
  const pools = [pool("zone-a", 0.45), pool("zone-b", 0.2)];

  test("its machine is told to leave, is counted no more, and one elsewhere takes its place", () => {
    const plan = decide({ ...quiet, pools, work: [work()], machines: [machine()] }, testSettings);
    expect(plan.drain.map(({ zone }) => zone)).toEqual(["zone-a"]);
    expect(plan.models[0]).toMatchObject({ have: 0, want: 1, launch: 1, pools: [{ zone: "zone-b" }] });
  });

  test("its machine still counts against the ceiling while it leaves", () => {
    const settings = { ...testSettings, limits: { ...testSettings.limits, max_instances: 1 } };
    const plan = decide({ ...quiet, pools, work: [work()], machines: [machine()] }, settings);
    expect(plan.models[0]).toMatchObject({ launch: 0 });
    expect(plan.models[0]?.reasons.at(-1)?.reason).toBe("max_instances");
  });

  test("with every zone dear nothing takes its place, and the reason is the price", () => {
    const everywhere = [pool("zone-a", 0.45), pool("zone-b", 0.5)];
    const plan = decide({ ...quiet, pools: everywhere, work: [work()], machines: [machine()] }, testSettings);
    expect(plan.drain).toHaveLength(1);
    expect(plan.models[0]).toMatchObject({ have: 0, launch: 0 });
    expect(plan.models[0]?.reasons.at(-1)?.reason).toBe("price");
  });
});

describe("where a launch may land", () => {
  const zonesOf = (plan: ModelPlan): string[] => plan.pools.map(({ zone }) => zone);

  test("every zone under the cap is offered, the cheapest first", () => {
    expect(zonesOf(planFor({ work: [work()] }))).toEqual(["zone-a", "zone-b"]);
  });
  test("a price at the cap is still taken", () => {
    const pools = [pool("zone-a", 0.4)];
    expect(zonesOf(planFor({ work: [work()], pools }))).toEqual(["zone-a"]);
  });
  test("a cooling zone is left out until its time is over", () => {
    const cooled = (untilMs: number): Partial<Observation> => ({
      work: [work()],
      cooling: {
        "g4dn.xlarge/zone-a": { untilMs, reason: "capacity", code: "InsufficientInstanceCapacity" },
      },
    });
    expect(zonesOf(planFor(cooled(nowMs + 1)))).toEqual(["zone-b"]);
    expect(zonesOf(planFor(cooled(nowMs)))).toEqual(["zone-a", "zone-b"]);
  });
  test("nothing is offered where nothing is launched", () => {
    expect(planFor({ work: [work()], latchedMs: nowMs }).pools).toEqual([]);
  });
});

describe("what is said of work that needs no launch", () => {
  test.each<[name: string, change: Partial<Observation>, reasons: string[]]>([
    ["no work", {}, ["no_work"]],
    ["a ready machine covers it", { work: [work()], machines: [machine()] }, ["covered"]],
    [
      "machines boot for it",
      { work: [work()], machines: [machine({ phase: "booting", launchedMs: nowMs })] },
      ["booting"],
    ],
    ["a launch without an answer is booting too", { work: [work()], coming: [coming()] }, ["booting"]],
    ["a latch that holds nothing back is not named", { latchedMs: nowMs }, ["no_work"]],
  ])("%s", (_name, change, reasons) => {
    expect(reasonsOf(planFor(change))).toEqual(reasons);
  });
});

describe("waiting for more work", () => {
  // Due in 900 s. A slow boot takes 120 s, 500 audio seconds take 50 s, and 45 s are kept: there are 685 s in which
  // nothing has to happen.
  const submitted = (secondsAgo: number, change: Partial<OpenWork> = {}): OpenWork =>
    work({
      speed: "economy",
      submittedMs: afterSeconds(-secondsAgo),
      deadlineMs: afterSeconds(900 - secondsAgo),
      openAudioSeconds: 500,
      ...change,
    });

  test.each<[name: string, change: Partial<Observation>, launch: number]>([
    ["economy work waits", { work: [submitted(0)] }, 0],
    ["economy work waits while another tick can still launch in time", { work: [submitted(625)] }, 0],
    ["economy work launches at the last tick that is in time", { work: [submitted(626)] }, 1],
    ["fast work never waits", { work: [submitted(0, { speed: "fast" })] }, 1],
    ["standard work waits for half of its slack", { work: [submitted(282, { speed: "standard" })] }, 0],
    [
      "standard work waits for no more than half of its slack",
      { work: [submitted(283, { speed: "standard" })] },
      1,
    ],
    [
      "a machine that has as much to do as its boot takes does not wait",
      { work: [submitted(0, { openAudioSeconds: 1000 })] },
      1,
    ],
    ["one that has less to do waits", { work: [submitted(0, { openAudioSeconds: 990 })] }, 0],
    ["late work does not wait", { work: [submitted(2000, { openAudioSeconds: 600 })] }, 1],
    [
      "work waits for a boot that was measured, and not for one that was guessed",
      {
        work: [submitted(550)],
        measured: { small: { ...tenASecond, boot_seconds: 150, slow_boot_seconds: 200 } },
      },
      1,
    ],
    [
      "what the machines that are there cannot do waits too",
      { work: [submitted(0, { openAudioSeconds: 9000 })], machines: [machine()] },
      0,
    ],
    ["the least patient batch decides for all", { work: [submitted(0), submitted(0, { speed: "fast" })] }, 1],
  ])("%s", (_name, change, launch) => {
    const plan = planFor(change);
    expect(plan.launch).toBe(launch);
    expect(reasonsOf(plan)).toEqual(launch === 0 ? ["work", "waiting_for_deadline"] : ["work"]);
  });

  test("leaves time for a second boot when there is a rescue to keep the deadline", () => {
    // 120 s earlier than without.
    const rescuing = { ...testSettings, rescue: { max_instances: 2 } };
    expect(planFor({ work: [submitted(505)] }, rescuing)).toMatchObject({ launch: 0 });
    expect(planFor({ work: [submitted(506)] }, rescuing)).toMatchObject({ launch: 1, market: "spot" });
  });

  test("says when it will launch", () => {
    expect(planFor({ work: [submitted(0)] }).reasons.at(-1)?.detail).toBe(
      `to be launched by ${new Date(afterSeconds(685)).toISOString()}`,
    );
  });

  test("is not what is said when something else holds the launch as well", () => {
    expect(reasonsOf(planFor({ work: [submitted(0)], latchedMs: nowMs }))).toEqual(["work", "latch"]);
  });
});

describe("several models", () => {
  test("share the headroom, the earliest deadline first", () => {
    const plan = decide(
      {
        ...quiet,
        work: [
          work({ model: "small", deadlineMs: afterSeconds(900), openAudioSeconds: 60_000 }),
          work({ model: "large", deadlineMs: afterSeconds(600), openAudioSeconds: 10_000 }),
        ],
      },
      withModels("small", "large"),
    );
    expect(plan.models.map(({ model, want, launch }) => ({ model, want, launch }))).toEqual([
      { model: "large", want: 3, launch: 3 },
      { model: "small", want: 8, launch: 1 },
    ]);
  });
});

describe("launches without an answer", () => {
  test.each<[name: string, change: Partial<Observation>, askAgain: string[], abandon: string[]]>([
    ["are asked for again", { coming: [coming()] }, [intentId], []],
    [
      "are no longer asked for when their token is too old",
      { coming: [coming({ askedMs: afterSeconds(-600) })] },
      [],
      [],
    ],
    [
      "are given up two minutes after the last asking",
      { coming: [coming({ askedMs: afterSeconds(-721) })] },
      [],
      [intentId],
    ],
    ["are not asked for when the latch closes", { coming: [coming()], latchedMs: nowMs }, [], []],
    [
      "are given up when whoever asked before the latch closed must have ended",
      { coming: [coming({ askedMs: afterSeconds(-130) })], latchedMs: afterSeconds(-121) },
      [],
      [intentId],
    ],
    ["with an answer are left alone", { coming: [coming({ open: false })] }, [], []],
  ])("%s", (_name, change, askAgain, abandon) => {
    expect(decide({ ...quiet, ...change }, testSettings)).toMatchObject({ askAgain, abandon });
  });
});
