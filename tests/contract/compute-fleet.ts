import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { InstanceId } from "../../shared/contract/ids.ts";
import { instanceIdSchema, intentIdOf } from "../../shared/contract/ids.ts";
import type { ComputeFleet, FleetInstance, LaunchOutcome, LaunchRequest } from "../../shared/ports.ts";
import { systemRandom } from "../../shared/system/system-random.ts";

/** A fleet of the stage under test, on a cloud with three zones that have room. */
export interface FleetUnderTest {
  readonly fleet: ComputeFleet;
  /** The fleet of another stage on the same cloud. */
  readonly neighbour: ComputeFleet | null;
  /** What its clock says. */
  readonly nowMs: () => number;
  readonly pass: (seconds: number) => Promise<void>;
  readonly setCapacity: ((zone: string, instances: number) => Promise<void>) | null;
  readonly setPrice: ((zone: string, usdPerHour: number) => Promise<void>) | null;
  readonly stop: () => Promise<void>;
}

/** Why a test is left out for an implementation. */
export interface FleetGaps {
  readonly pricesByZone?: string;
  readonly tokens?: string;
  readonly capacity?: string;
  readonly stages?: string;
}

export const zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] as const;
const instanceType = "g4dn.xlarge";
const absent = instanceIdSchema.parse("i-0123456789abcdef0");

/** What every fleet does. Each test launches its own machines, and all are ended at last. */
export function describeComputeFleet(
  name: string,
  make: () => Promise<FleetUnderTest>,
  gaps: FleetGaps = {},
): void {
  describe(`fleet: ${name}`, () => {
    let cloud: FleetUnderTest;
    let fleet: ComputeFleet;
    beforeAll(async () => {
      cloud = await make();
      ({ fleet } = cloud);
    });
    afterAll(async () => {
      await cloud.stop();
    });

    /** A request for machines in every zone, cheapest first or not as the fleet pleases. */
    async function request(change: Partial<LaunchRequest> = {}): Promise<LaunchRequest> {
      const ulid = systemRandom.ulid(cloud.nowMs());
      const pools = await fleet.pools([instanceType], 600_000);
      return {
        intentId: intentIdOf(ulid),
        clientToken: `contract-${ulid}-1`,
        count: 1,
        model: "facebook/musicgen-small",
        market: "spot",
        pools: pools.map(({ zone, subnetId }) => ({
          instanceType,
          zone,
          subnetId,
          priceUsdPerHour: 0.2,
          bidUsdPerHour: null,
        })),
        tags: {},
        expiresAt: new Date(cloud.nowMs() + 3_600_000).toISOString(),
        ...change,
      };
    }
    async function eventually<T>(look: () => Promise<T | null>): Promise<T> {
      for (let tries = 0; tries < 800; tries += 1) {
        const seen = await look();
        if (seen !== null) return seen;
        await cloud.pass(0.25);
      }
      throw new Error("it did not come to pass in 200 s");
    }
    const launch = async (change: Partial<LaunchRequest> = {}): Promise<readonly InstanceId[]> =>
      idsOf(await fleet.launch(await request(change)));
    const listed = async (ids: readonly InstanceId[]): Promise<readonly FleetInstance[]> =>
      (await fleet.list()).filter((instance) => ids.includes(instance.instanceId));
    const seen = (ids: readonly InstanceId[]): Promise<readonly FleetInstance[]> =>
      eventually(async () => {
        const machines = await listed(ids);
        return machines.length === ids.length ? machines : null;
      });
    const ended = (ids: readonly InstanceId[]): Promise<readonly FleetInstance[]> =>
      eventually(async () => {
        const machines = await listed(ids);
        return machines.every((machine) => machine.state === "terminated") ? machines : null;
      });

    test("there is one pool in each of the stage's zones", async () => {
      const pools = await fleet.pools([instanceType], 600_000);
      expect(pools.map((pool) => pool.zone)).toEqual(zones);
      expect(new Set(pools.map((pool) => pool.subnetId)).size).toBe(zones.length);
    });

    test("a pool's price is the one in force in its zone", async ({ skip }) => {
      skip(gaps.pricesByZone !== undefined, gaps.pricesByZone);
      await cloud.setPrice?.("eu-central-1b", 0.1234);
      const pools = await eventually(async () => {
        const found = await fleet.pools([instanceType], 600_000);
        return found[1]?.priceUsdPerHour === 0.1234 ? found : null;
      });
      expect(pools[0]?.priceUsdPerHour).toBeGreaterThan(0);
      expect(pools[0]?.priceUsdPerHour).not.toBe(0.1234);
    });

    test("a pool's lowest price is that of the whole period, with the price in force at its beginning", async ({
      skip,
    }) => {
      skip(gaps.pricesByZone !== undefined, gaps.pricesByZone);
      await cloud.setPrice?.("eu-central-1c", 0.5);
      await cloud.pass(1);
      const dear = async (lookBackMs: number) => (await fleet.pools([instanceType], lookBackMs))[2];
      expect(await dear(600_000)).toMatchObject({ priceUsdPerHour: 0.5 });
      expect((await dear(600_000))?.lowestUsdPerHour).toBeLessThan(0.3);
      expect(await dear(0)).toMatchObject({ priceUsdPerHour: 0.5, lowestUsdPerHour: 0.5 });
    });

    test("as many machines come as were asked for, and each carries what it was launched for", async () => {
      const asked = await request({ count: 2 });
      const ids = idsOf(await fleet.launch(asked));
      expect(new Set(ids).size).toBe(2);
      for (const machine of await seen(ids)) {
        expect(machine).toMatchObject({
          market: "spot",
          intentId: asked.intentId,
          model: "facebook/musicgen-small",
          expiresMs: Date.parse(asked.expiresAt),
        });
        expect(zones).toContain(machine.zone);
        expect(["pending", "running"]).toContain(machine.state);
        // EC2 tells the launch time in whole seconds.
        expect(Math.abs(machine.launchedMs - cloud.nowMs())).toBeLessThan(60_000);
      }
    });

    test("the answer names the zone in which a machine is", async () => {
      const outcome = await fleet.launch(await request());
      if (outcome.kind !== "answered") throw new Error(`expected an answer, got ${outcome.kind}`);
      const [launched] = outcome.launched;
      const [machine] = await seen(idsOf(outcome));
      expect(launched?.zone).toBe(machine?.zone);
    });

    test("a machine comes to run by itself", async () => {
      const ids = await launch();
      const state = await eventually(async () => {
        const [machine] = await listed(ids);
        return machine?.state === "running" ? machine.state : null;
      });
      expect(state).toBe("running");
    });

    test("an on-demand machine is distinguished from a spot machine", async () => {
      const ids = await launch({ market: "on_demand" });
      expect((await seen(ids)).map((machine) => machine.market)).toEqual(["on_demand"]);
    });

    test("the same token gives the same machines, and no more", async ({ skip }) => {
      skip(gaps.tokens !== undefined, gaps.tokens);
      const asked = await request({ count: 2 });
      const [first, second] = await Promise.all([fleet.launch(asked), fleet.launch(asked)]);
      const third = await fleet.launch(asked);
      expect(idsOf(second)).toEqual(idsOf(first));
      expect(idsOf(third)).toEqual(idsOf(first));
      await seen(idsOf(first));
      const ofIntent = (await fleet.list()).filter((machine) => machine.intentId === asked.intentId);
      expect(ofIntent).toHaveLength(2);
    });

    test("a token that was used for another launch is refused for good", async ({ skip }) => {
      skip(gaps.tokens !== undefined, gaps.tokens);
      const asked = await request();
      await fleet.launch(asked);
      expect(await fleet.launch({ ...asked, count: 2 })).toMatchObject({
        kind: "refused",
        error: { code: "IdempotentParameterMismatch", errorClass: "refused" },
      });
    });

    test("when the first pool is dry the machine comes from another, and the answer says which was dry", async ({
      skip,
    }) => {
      skip(gaps.capacity !== undefined, gaps.capacity);
      await cloud.setPrice?.("eu-central-1a", 0.01);
      await cloud.setCapacity?.("eu-central-1a", 0);
      const outcome = await fleet.launch(await request({ pools: await offers(fleet) }));
      await cloud.setCapacity?.("eu-central-1a", 100);
      expect(outcome).toMatchObject({
        kind: "answered",
        launched: [{ zone: expect.not.stringMatching("eu-central-1a") as string }],
        errors: [
          {
            code: "InsufficientInstanceCapacity",
            zone: "eu-central-1a",
            errorClass: "pool_dry",
          },
        ],
      });
    });

    test("when every pool is dry the answer is no machine, and an error for each", async ({ skip }) => {
      skip(gaps.capacity !== undefined, gaps.capacity);
      for (const zone of zones) await cloud.setCapacity?.(zone, 0);
      const outcome = await fleet.launch(await request());
      for (const zone of zones) await cloud.setCapacity?.(zone, 100);
      if (outcome.kind !== "answered") throw new Error(`expected an answer, got ${outcome.kind}`);
      expect(outcome.launched).toEqual([]);
      expect(outcome.errors.map((error) => error.zone).sort()).toEqual(zones);
    });

    test("a bid below a pool's price brings no machine of that pool, and the other pools report no error", async ({
      skip,
    }) => {
      skip(gaps.capacity !== undefined, gaps.capacity);
      await cloud.setPrice?.("eu-central-1a", 0.45);
      await cloud.setPrice?.("eu-central-1b", 0.3);
      await cloud.setPrice?.("eu-central-1c", 0.45);
      const outcome = await fleet.launch(await request({ pools: await offers(fleet, 0.4) }));
      expect(outcome).toMatchObject({ kind: "answered", launched: [{ zone: "eu-central-1b" }], errors: [] });
      const none = await fleet.launch(await request({ pools: await offers(fleet, 0.2) }));
      if (none.kind !== "answered") throw new Error(`expected an answer, got ${none.kind}`);
      expect(none.launched).toEqual([]);
      expect(new Set(none.errors.map(({ code }) => code))).toEqual(new Set(["SpotMaxPriceTooLow"]));
    });

    test("a machine is found by its id, and one that never was is not", async () => {
      const ids = await launch();
      await seen(ids);
      const [id] = ids;
      expect(await fleet.find(id ?? absent)).toMatchObject({ instanceId: id });
      expect(await fleet.find(absent)).toBeNull();
    });

    test("the console of a machine can be asked for, also while it has said nothing", async () => {
      const ids = await launch();
      await seen(ids);
      const output = await fleet.consoleOutput(ids[0] ?? absent);
      expect(output === null || typeof output === "string").toBe(true);
    });

    test("a machine that was ended is reported as ended", async () => {
      const ids = await launch({ count: 2 });
      await seen(ids);
      expect((await fleet.terminate(ids)).map((outcome) => outcome.kind)).toEqual([
        "terminating",
        "terminating",
      ]);
      const machines = await ended(ids);
      expect(machines).toHaveLength(2);
    });

    test("ending a machine twice is no failure", async () => {
      const ids = await launch();
      await seen(ids);
      await fleet.terminate(ids);
      expect((await fleet.terminate(ids)).map((outcome) => outcome.kind)).toEqual(["terminating"]);
    });

    test("an unknown id does not keep other machines from being ended", async () => {
      const ids = await launch({ count: 2 });
      await seen(ids);
      const outcomes = await fleet.terminate([...ids, absent]);
      expect(outcomes.map(({ instanceId, kind }) => [instanceId, kind])).toEqual([
        [ids[0], "terminating"],
        [ids[1], "terminating"],
        [absent, "not_found"],
      ]);
      await ended(ids);
    });

    test("ending no machine is no failure", async () => {
      expect(await fleet.terminate([])).toEqual([]);
    });

    test("another stage's machines are neither listed nor found", async ({ skip }) => {
      skip(gaps.stages !== undefined, gaps.stages);
      const ids = idsOf((await cloud.neighbour?.launch(await request())) ?? null);
      await eventually(async () =>
        (await cloud.neighbour?.list())?.some((machine) => ids.includes(machine.instanceId)) ? true : null,
      );
      expect(await listed(ids)).toEqual([]);
      expect(await fleet.find(ids[0] ?? absent)).toBeNull();
    });
  });
}

const offers = async (
  fleet: ComputeFleet,
  bidUsdPerHour: number | null = null,
): Promise<LaunchRequest["pools"]> =>
  (await fleet.pools([instanceType], 600_000)).map(({ zone, subnetId, priceUsdPerHour }) => ({
    instanceType,
    zone,
    subnetId,
    priceUsdPerHour: priceUsdPerHour ?? Infinity,
    bidUsdPerHour,
  }));

function idsOf(outcome: LaunchOutcome | null): readonly InstanceId[] {
  if (outcome?.kind !== "answered") throw new Error(`expected an answer, got ${JSON.stringify(outcome)}`);
  return outcome.launched.map((machine) => machine.instanceId);
}
