import fc from "fast-check";
import { expect, test } from "vitest";
import { poolKey } from "../../../../../shared/contract/pool-key.ts";
import { batchIdOf, instanceIdSchema, intentIdSchema } from "../../../../../shared/contract/ids.ts";
import { decide } from "../../../../../shared/fleet/launch/decide/decide.ts";
import type { Observation } from "../../../../../shared/fleet/launch/decide/observation.ts";
import { withModels } from "../../settings.ts";
import type { MachinePhase } from "../../../../../shared/fleet/machines/phase.ts";

const batchId = batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZZ");
const nowMs = 1_800_000_000_000;
const settings = { ...withModels("small", "large"), rescue: { max_instances: 2 } };
const models = fc.constantFrom("small", "large");
const phases = fc.constantFrom<MachinePhase>("booting", "ready", "leaving", "silent", "overdue", "ended");
const markets = fc.constantFrom("spot" as const, "on_demand" as const);
const agoMs = fc.integer({ min: 0, max: 2_000_000 }).map((ms) => nowMs - ms);
const zones = fc.constantFrom("zone-a", "zone-b", "zone-c");

const observations: fc.Arbitrary<Observation> = fc.record({
  nowMs: fc.constant(nowMs),
  latchedMs: fc.constantFrom(null, nowMs - 1, nowMs - 300_000),
  work: fc.array(
    fc.record({
      batchId: fc.constant(batchId),
      model: models,
      speed: fc.constantFrom("fast" as const, "standard" as const, "economy" as const),
      submittedMs: fc.integer({ min: -1_000_000, max: 0 }).map((ms) => nowMs + ms),
      deadlineMs: fc.integer({ min: -1_000_000, max: 4_000_000 }).map((ms) => nowMs + ms),
      openItems: fc.integer({ min: 1, max: 5000 }),
      openAudioSeconds: fc.integer({ min: 1, max: 150_000 }),
      budget: fc.option(
        fc.record({
          batchId: fc.constant(batchId),
          maxUsd: fc.double({ min: 0.001, max: 5, noNaN: true }),
          spentUsd: fc.double({ min: 0, max: 5, noNaN: true }),
          itemsInHand: fc.integer({ min: 0, max: 100 }),
          isHeld: fc.boolean(),
        }),
        { nil: null },
      ),
    }),
    { maxLength: 6 },
  ),
  machines: fc.array(
    fc.record({
      instanceId: fc.constant(instanceIdSchema.parse("i-0123456789abcdef0")),
      model: fc.option(models, { nil: null }),
      instanceType: fc.constant("g4dn.xlarge"),
      zone: zones,
      market: markets,
      phase: phases,
      launchedMs: agoMs,
      messagesReceived: fc.constantFrom(null, 0, 7),
      unusedEnd: fc.constantFrom(null, "looked" as const, "died" as const),
      audioSecondsPerSecond: fc.constantFrom(null, 2, 10),
      failure: fc.constantFrom(null, { code: "bad_model" as const, detail: "no config.json" }),
      usdPerHour: fc.option(fc.double({ min: 0.1, max: 0.6, noNaN: true }), { nil: null }),
      goneByMs: fc.option(
        fc.integer({ min: -100_000, max: 300_000 }).map((ms) => nowMs + ms),
        { nil: null },
      ),
      unservedUsd: fc.option(fc.double({ min: 0, max: 0.2, noNaN: true }), { nil: null }),
    }),
    { maxLength: 7 },
  ),
  coming: fc.array(
    fc.record({
      intentId: fc.constant(intentIdSchema.parse("intent_01HZZZZZZZZZZZZZZZZZZZZZZZ")),
      open: fc.boolean(),
      model: models,
      market: markets,
      instanceType: fc.constant("g4dn.xlarge"),
      askedMs: agoMs,
      unseen: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 3 },
  ),
  pools: fc.uniqueArray(
    fc.record({
      instanceType: fc.constant("g4dn.xlarge"),
      zone: zones,
      subnetId: fc.constant("subnet"),
      priceUsdPerHour: fc.option(fc.double({ min: 0.1, max: 0.6, noNaN: true }), { nil: null }),
      priceSinceMs: fc.constant(0),
      lowestUsdPerHour: fc.option(fc.double({ min: 0.1, max: 0.6, noNaN: true }), { nil: null }),
    }),
    { selector: ({ zone }) => zone },
  ),
  cooling: fc.dictionary(
    zones.map((zone) => `g4dn.xlarge/${zone}`),
    fc.record({
      untilMs: fc.integer({ min: -60_000, max: 60_000 }).map((ms) => nowMs + ms),
      reason: fc.constant("capacity" as const),
      code: fc.constant("InsufficientInstanceCapacity"),
    }),
  ),
  breaker: fc.option(
    fc.record({
      untilMs: fc.integer({ min: -60_000, max: 60_000 }).map((ms) => nowMs + ms),
      reason: fc.constant("refused" as const),
      detail: fc.constant("no right"),
    }),
    { nil: null },
  ),
  risky: fc.subarray(["g4dn.xlarge/zone-a"]),
  quotas: fc.constant({}),
  queues: fc.dictionary(
    models,
    fc.record({ visible: fc.integer({ min: 0, max: 5 }), inFlight: fc.integer({ min: 0, max: 5 }) }),
  ),
  forgivenMs: fc.constant(0),
  measured: fc.constant({}),
  spent: fc.record({
    dayUsd: fc.double({ min: 0, max: 6, noNaN: true }),
    monthUsd: fc.double({ min: 0, max: 60, noNaN: true }),
  }),
  turn: fc.constant(null),
});

const launchesOf = (observation: Observation): number =>
  decide(observation, settings).models.reduce((total, plan) => total + plan.launch, 0);

test("whatever is seen, launches are never negative and never pass the ceiling", () => {
  fc.assert(
    fc.property(observations, (observation) => {
      const launches = decide(observation, settings).models.map(({ launch }) => launch);
      expect(Math.min(...launches)).toBeGreaterThanOrEqual(0);
      const there = observation.machines.filter(({ phase }) => phase !== "ended").length;
      const unseen = observation.coming.reduce((total, launch) => total + launch.unseen, 0);
      const total = launches.reduce((a, b) => a + b, 0);
      expect(total === 0 || there + unseen + total <= settings.limits.max_instances).toBe(true);
    }),
  );
});

test("a launch only ever names pools that are priced, under the cap and not cooling", () => {
  fc.assert(
    fc.property(observations, (observation) => {
      for (const plan of decide(observation, settings).models) {
        expect(plan.launch > 0).toBe(plan.pools.length > 0);
        if (plan.market === "on_demand") continue;
        for (const pool of plan.pools) {
          expect(pool.priceUsdPerHour).toBeLessThanOrEqual(settings.instance_types[0].max_spot_price_usd);
          expect(observation.cooling[poolKey(pool)]?.untilMs ?? 0).toBeLessThanOrEqual(nowMs);
        }
      }
    }),
  );
});

test("a closed latch or an open breaker launches nothing, whatever else is seen", () => {
  fc.assert(
    fc.property(observations, (observation) => {
      const breaker = { untilMs: nowMs + 1, reason: "refused" as const, detail: "refused" };
      expect(launchesOf({ ...observation, latchedMs: nowMs })).toBe(0);
      expect(launchesOf({ ...observation, breaker })).toBe(0);
    }),
  );
});

test("a launch is always paid for by what is left of both budgets", () => {
  fc.assert(
    fc.property(observations, (observation) => {
      const launches = launchesOf(observation);
      const { day_usd: day, month_usd: month } = settings.budgets;
      const cheapest = Math.min(
        ...observation.pools.map(
          ({ priceUsdPerHour }) => priceUsdPerHour ?? settings.instance_types[0].on_demand_price_usd,
        ),
      );
      const least = launches === 0 ? 0 : launches * ((cheapest * 400) / 3600);
      expect(observation.spent.dayUsd + least).toBeLessThanOrEqual(Math.max(day, observation.spent.dayUsd));
      expect(observation.spent.monthUsd + least).toBeLessThanOrEqual(
        Math.max(month, observation.spent.monthUsd),
      );
    }),
  );
});

test("a batch's own budget pays for the boots of all machines that are launched for it", () => {
  fc.assert(
    fc.property(observations, (observation) => {
      const [one] = observation.work;
      if (one?.budget == null) return;
      const { models } = decide({ ...observation, work: [one] }, settings);
      const plan = models.find(({ launch }) => launch > 0);
      const prices = plan?.pools.map(({ priceUsdPerHour }) => priceUsdPerHour) ?? [];
      const bootsUsd = (plan?.launch ?? 0) * ((Math.min(...prices, 1) * settings.worker.boot_seconds) / 3600);
      const { maxUsd, spentUsd } = one.budget;
      expect(plan === undefined || plan.market === "on_demand" || bootsUsd <= maxUsd - spentUsd).toBe(true);
    }),
  );
});

test("machines on demand never pass their own cap, and none is bought while spot can be had", () => {
  fc.assert(
    fc.property(observations, (observation) => {
      const there = observation.machines.filter(
        ({ market, phase }) => market === "on_demand" && phase !== "ended",
      ).length;
      const { models } = decide(observation, settings);
      const bought = models.filter(({ market }) => market === "on_demand");
      const total = bought.reduce((sum, { launch }) => sum + launch, 0);
      expect(total === 0 || there + total <= 2).toBe(true);
      const canBeHad = observation.pools.some(
        (pool) =>
          pool.priceUsdPerHour !== null &&
          pool.priceUsdPerHour <= settings.instance_types[0].max_spot_price_usd &&
          (observation.cooling[poolKey(pool)]?.untilMs ?? 0) <= nowMs,
      );
      expect(canBeHad ? total : 0).toBe(0);
    }),
  );
});

test("more work never wants fewer machines, where no batch's own budget bounds it", () => {
  fc.assert(
    fc.property(observations, fc.integer({ min: 1, max: 100_000 }), (seen, more) => {
      const observation: Observation = {
        ...seen,
        work: seen.work.map((work) => ({ ...work, budget: null })),
      };
      const wants = (one: Observation): number =>
        decide(one, settings).models.reduce((total, plan) => total + plan.want, 0);
      // One that is held, and whose small rest its budget pays for, goes on; with more to do it stays held.
      const work = observation.work.filter(({ budget }) => budget?.isHeld !== true);
      const grown = work.map((one) => ({ ...one, openAudioSeconds: one.openAudioSeconds + more }));
      expect(wants({ ...observation, work: grown })).toBeGreaterThanOrEqual(wants({ ...observation, work }));
    }),
  );
});

test("every number that falls short of the want has a reason beside the work itself", () => {
  fc.assert(
    fc.property(observations, (observation) => {
      for (const plan of decide(observation, settings).models) {
        if (plan.launch < plan.want - plan.have) expect(plan.reasons.length).toBeGreaterThan(1);
      }
    }),
  );
});

test("a launch that waits needs no more machines a minute later", () => {
  fc.assert(
    fc.property(observations, (observation) => {
      const empty = { ...observation, machines: [], coming: [], latchedMs: null, breaker: null };
      const later = decide({ ...empty, nowMs: nowMs + 60_000 }, settings).models;
      for (const plan of decide(empty, settings).models) {
        if (!plan.reasons.some(({ reason }) => reason === "waiting_for_deadline")) continue;
        const wantLater = later.find(({ model }) => model === plan.model)?.want;
        expect(wantLater).toBeLessThanOrEqual(plan.want);
      }
    }),
  );
});

test("a rescue never buys more machines than are missing", () => {
  fc.assert(
    fc.property(observations, (observation) => {
      for (const { market, launch, want, have } of decide(observation, settings).models)
        if (market === "on_demand") expect(launch).toBeLessThanOrEqual(want - have);
    }),
  );
});
