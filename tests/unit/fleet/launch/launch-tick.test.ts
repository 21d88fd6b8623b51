import { beforeEach, describe, expect, test } from "vitest";
import {
  decisionRecordSchema,
  poolsRecordSchema,
} from "../../../../shared/contract/records/fleet-records.ts";
import { intentIdOf, stopIdOf } from "../../../../shared/contract/ids.ts";
import { fleetKeys } from "../../../../shared/contract/records/keys.ts";
import { readDrain } from "../../../../shared/fleet/machines/drain.ts";
import { closeLatch, openLatch } from "../../../../shared/interlock/latch.ts";
import { requestOf } from "../../../../shared/fleet/launch/intents.ts";
import { dryRun, launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { FleetError, StoreError, type PoolError } from "../../../../shared/ports.ts";
import { readRecord, updateRecord } from "../../../../shared/records/records.ts";
import { readLedger } from "../../../../shared/billing/ledger/ledger.ts";
import { testSettings, withTypes } from "../settings.ts";
import { World } from "../world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
const tick = () => world.clock.runUntil(launchTick(world.ports, world.stage));
const close = () =>
  closeLatch(world.ports, {
    v: 1,
    closed: true,
    stop_id: stopIdOf(world.random.ulid(0)),
    changed_at: new Date(world.clock.nowMs()).toISOString(),
    changed_by: "an operator",
  });
const noAnswer = (): never => {
  throw new FleetError("no answer");
};
const storeIsDown = (): never => {
  throw new StoreError("no answer", "key", { cause: null });
};
/** The function's time is over, or its machine is gone. */
const cutOff = (): never => {
  throw new Error("cut off");
};
const refusal = (change: Partial<PoolError>): PoolError => ({
  code: "RequestLimitExceeded",
  message: "slow down",
  zone: null,
  instanceType: null,
  errorClass: "again",
  ...change,
});

test("a machine that EC2 lists and no ledger has yet costs what its launch was asked for, so its budget keeps it", async () => {
  // Until a machine that does not listen has left, 270 s at most, it costs 0.012 USD at 0.16 an hour, and 0.03 at the cap.
  world = new World({ settings: { ...testSettings, budgets: { day_usd: 0.025, month_usd: 50 } } });
  world.demand(100);
  world.faults.beforeNext("create", /^fleet\/ledger/, cutOff);
  await expect(tick()).rejects.toThrow("cut off");
  const [id] = await world.alive();
  if (id === undefined) throw new Error("nothing was launched");
  await tick();
  expect(await readDrain(world.store, id)).toBeNull();
});

describe("a launch", () => {
  test("starts the machines that the work needs and writes down what it asked for and what came", async () => {
    world.demand(10_000);
    const record = await tick();
    expect(record.models[0]).toMatchObject({ have: 0, want: 2, launch: 2, launched: 2 });
    expect(await world.alive()).toHaveLength(2);
    const [intent] = await world.intents();
    expect(intent).toMatchObject({ state: "answered", count: 2, client_token: `test-${intent?.id ?? ""}-1` });
    expect(intent?.instances.map(({ zone, price_usd_per_hour }) => [zone, price_usd_per_hour])).toEqual([
      ["zone-a", 0.16],
      ["zone-a", 0.16],
    ]);
  });

  test("is told with the zone and price of each machine, and with what EC2 said of a zone that had none", async () => {
    world.fleet.setCapacity("zone-a", 0);
    world.demand(100);
    const { launches } = await tick();
    expect(launches).toMatchObject([
      {
        model: "small",
        market: "spot",
        asked: 1,
        answer: "answered",
        instances: [{ zone: "zone-b", price_usd_per_hour: 0.2 }],
        errors: [{ code: "InsufficientInstanceCapacity", zone: "zone-a" }],
      },
    ]);
  });

  test("is written down before EC2 is asked", async () => {
    world.demand(100);
    let seen: string[] = [];
    world.faults.beforeNext("launch", /./, async () => {
      seen = (await world.intents()).map(({ state }) => state);
    });
    await tick();
    expect(seen).toEqual(["open"]);
  });

  test.each([
    ["gate", null],
    ["bid", 0.4],
  ] as const)("names the cap to EC2 where that is the mode (%s)", async (mode, bid) => {
    world = new World({ settings: { ...testSettings, max_price_mode: mode } });
    world.demand(100);
    await tick();
    expect((await world.intents()).map((intent) => intent.bid_usd_per_hour)).toEqual([bid]);
  });

  test("has the account's tags written down with it, so that it is repeated with the same", async () => {
    world = new World({ settings: { ...testSettings, tags: { team: "music" } } });
    world.demand(100);
    await tick();
    const [intent] = await world.intents();
    if (intent === undefined) throw new Error("nothing was launched");
    expect(intent.tags).toEqual({ team: "music" });
    expect(requestOf(intent).tags).toEqual({ team: "music" });
    expect(requestOf({ ...intent, tags: undefined }).tags).toEqual({});
  });

  test("is not repeated while its machines boot", async () => {
    world.demand(10_000);
    await tick();
    await world.clock.advance(60_000);
    const record = await tick();
    expect(record.models[0]).toMatchObject({ have: 2, launched: 0, reasons: [{ reason: "booting" }] });
    expect(await world.alive()).toHaveLength(2);
  });

  test("is not repeated while EC2 does not list its machines yet", async () => {
    world = new World({ listDelayMs: 20_000 });
    world.demand(10_000);
    await tick();
    await world.clock.advance(10_000);
    await tick();
    await world.clock.advance(20_000);
    expect(await world.alive()).toHaveLength(2);
  });

  describe("with one machine allowed", () => {
    beforeEach(() => {
      world = new World({
        settings: { ...testSettings, limits: { ...testSettings.limits, max_instances: 1 } },
      });
      world.demand(10_000);
    });
    const launched = async () => (await world.intents()).flatMap(({ instances }) => instances).length;

    test("brings no second one when EC2's list leaves out the first, which works", async () => {
      await tick();
      const [id] = await world.alive();
      if (id === undefined) throw new Error("nothing was launched");
      await world.clock.advance(300_000);
      await world.heartbeat(id);
      world.fleet.leaveOut(id, 1);
      const record = await tick();
      expect(record.instances).toMatchObject({ ready: 1 });
      expect(await launched()).toBe(1);
    });

    test("brings no second one when EC2's list leaves out the first, which boots and has said nothing", async () => {
      await tick();
      const [id] = await world.alive();
      if (id === undefined) throw new Error("nothing was launched");
      await world.clock.advance(180_000);
      world.fleet.leaveOut(id, 1);
      expect((await tick()).models[0]).toMatchObject({ have: 1 });
      expect(await launched()).toBe(1);
    });
  });

  test("goes to another zone when the first one is dry, and leaves the dry one alone for a while", async () => {
    world.fleet.setCapacity("zone-a", 0);
    world.demand(100);
    await tick();
    expect((await world.fleet.list()).map(({ zone }) => zone)).toEqual(["zone-b"]);
    expect(Object.keys((await world.pools())?.cooling ?? {})).toEqual(["g4dn.xlarge/zone-a"]);
  });

  test("that brings nothing says so, and is tried again once the pools have cooled", async () => {
    world.fleet.setCapacity("zone-a", 0);
    world.fleet.setCapacity("zone-b", 0);
    world.demand(100);
    const first = await tick();
    expect(first.models[0]?.reasons.at(-1)).toEqual({
      reason: "cooling",
      detail:
        "EC2 launched 0 of 1 machine: InsufficientInstanceCapacity in zone-a, InsufficientInstanceCapacity in zone-b",
    });
    world.fleet.setCapacity("zone-b", 1);
    await world.clock.advance(30_000);
    expect((await tick()).models[0]).toMatchObject({ launch: 0 });
    await world.clock.advance(30_000);
    expect((await tick()).models[0]).toMatchObject({ launched: 1 });
  });

  test("that brings nothing is followed by a rescue at once, if the work is due", async () => {
    world = new World({ settings: { ...testSettings, rescue: { max_instances: 2 } } });
    world.fleet.setCapacity("zone-a", 0);
    world.fleet.setCapacity("zone-b", 0);
    world.demand(100);
    await world.clock.advance(700_000);
    const record = await tick();
    expect(record.models[0]).toMatchObject({ launched: 1 });
    expect(record.models[0]?.reasons.map(({ reason }) => reason)).toContain("rescue");
    expect((await world.fleet.list()).map(({ market }) => market)).toEqual(["on_demand"]);
  });

  test.each<[seconds: number, launched: number]>([
    [19, 1],
    [21, 0],
  ])(
    "whose answer takes %d s is followed by %d machines of a rescue in this tick",
    async (seconds, count) => {
      world = new World({ settings: { ...testSettings, rescue: { max_instances: 2 } } });
      world.fleet.setCapacity("zone-a", 0);
      world.fleet.setCapacity("zone-b", 0);
      world.demand(100);
      await world.clock.advance(700_000);
      world.faults.beforeNext("launch", /./, () => world.clock.sleep(seconds * 1000));
      await tick();
      expect(await world.alive()).toHaveLength(count);
    },
  );

  test("that brings nothing is left to the next tick while there is time for it", async () => {
    world = new World({ settings: { ...testSettings, rescue: { max_instances: 2 } } });
    world.fleet.setCapacity("zone-a", 0);
    world.fleet.setCapacity("zone-b", 0);
    world.demand(100);
    expect((await tick()).models[0]?.reasons.at(-1)).toMatchObject({ reason: "cooling" });
    expect(await world.alive()).toEqual([]);
  });
});

describe("a launch without an answer", () => {
  test.each<[name: string, when: "beforeNext" | "afterNext"]>([
    ["that never reached EC2 is asked for again", "beforeNext"],
    ["that did launch is asked for again with the same token and launches nothing more", "afterNext"],
  ])("%s", async (_name, when) => {
    world.demand(10_000);
    world.faults[when]("launch", /./, noAnswer);
    const first = await tick();
    expect(first.models[0]?.reasons.at(-1)?.reason).toBe("booting");
    expect((await world.intents()).map(({ state }) => state)).toEqual(["open"]);
    await world.clock.advance(60_000);
    await tick();
    expect((await world.intents()).map(({ state }) => state)).toEqual(["answered"]);
    expect(await world.alive()).toHaveLength(2);
  });

  test("is given up after twelve minutes, and replaced", async () => {
    world.demand(100);
    for (let minute = 0; minute <= 14; minute += 1) {
      if (minute < 10) world.faults.beforeNext("launch", /./, noAnswer);
      await tick();
      await world.clock.advance(60_000);
    }
    expect((await world.intents()).map(({ state }) => state)).toEqual(["abandoned", "answered"]);
  });

  test("of a tick that was cut off after the call is found by the next tick", async () => {
    world.demand(10_000);
    world.faults.beforeNext("replace", /fleet\/intents/, cutOff);
    await expect(tick()).rejects.toThrow("cut off");
    await world.clock.advance(60_000);
    await tick();
    expect((await world.intents()).map(({ state, instances }) => [state, instances.length])).toEqual([
      ["answered", 2],
    ]);
    expect(await world.alive()).toHaveLength(2);
  });

  test("that was written but never granted is neither counted nor asked for", async () => {
    world.demand(100);
    world.faults.beforeNext("create", /fleet\/pools/, cutOff);
    await expect(tick()).rejects.toThrow("cut off");
    await world.clock.advance(1000);
    await tick();
    expect((await world.intents()).map(({ state }) => state)).toEqual(["open", "answered"]);
    expect(await world.alive()).toHaveLength(1);
    await world.clock.advance(60_000);
    await tick();
    expect(await world.alive()).toHaveLength(1);
  });
});

describe("a refusal", () => {
  test("for now leaves the launch open for the next tick", async () => {
    world.demand(100);
    world.fleet.refuseNextLaunch(refusal({}));
    await tick();
    expect(await world.alive()).toHaveLength(0);
    await tick();
    expect(await world.alive()).toHaveLength(1);
    expect(await world.intents()).toHaveLength(1);
  });

  const shouts = () =>
    world.log.entries.filter(({ level }) => level === "error").map(({ message }) => message);

  test("that only a person can mend stops all launches for half an hour and says why", async () => {
    world.demand(100);
    const denied = { code: "UnauthorizedOperation", message: "ask a person", errorClass: "refused" } as const;
    world.fleet.refuseNextLaunch(refusal(denied));
    const detail = "UnauthorizedOperation: ask a person";
    expect((await tick()).models[0]?.reasons.at(-1)).toEqual({ reason: "breaker", detail });
    expect((await world.pools())?.breaker).toMatchObject({ reason: "refused", detail });
    // What the stage's alarm listens for.
    expect(shouts()).toEqual(["launches are paused"]);
    await world.clock.advance(29 * 60_000);
    expect((await tick()).models[0]).toMatchObject({ launch: 0 });
    await world.clock.advance(2 * 60_000);
    expect((await tick()).models[0]).toMatchObject({ launched: 1 });
  });

  describe("for a limit of the account", () => {
    const spotLimit = {
      code: "MaxSpotInstanceCountExceeded",
      message: "the limit is 1",
      errorClass: "market_quota",
    } as const;

    test("holds spot for half an hour, says why, and calls for a person", async () => {
      world.demand(100);
      world.fleet.refuseNextLaunch(refusal(spotLimit));
      const detail = "MaxSpotInstanceCountExceeded: the limit is 1";
      expect((await tick()).models[0]?.reasons.at(-1)).toEqual({ reason: "quota", detail });
      expect(shouts()).toEqual(["launches are paused"]);
      await world.clock.advance(29 * 60_000);
      expect((await tick()).models[0]?.reasons.at(-1)).toEqual({
        reason: "quota",
        detail: `launches paused until a machine ends or 2026-01-01T00:30:00.000Z: ${detail}`,
      });
      await world.clock.advance(2 * 60_000);
      expect((await tick()).models[0]).toMatchObject({ launched: 1 });
    });

    test("is tried again as soon as one of our machines begins to end, and again when it has ended", async () => {
      world.demand(100);
      await tick();
      const [first] = await world.alive();
      if (first === undefined) throw new Error("nothing was launched");
      world.demand(20_000);
      world.fleet.refuseNextLaunch(refusal(spotLimit));
      await tick();
      await world.clock.advance(60_000);
      expect((await tick()).models[0]).toMatchObject({ launch: 0 });
      world.fleet.shutDown(first);
      world.fleet.refuseNextLaunch(refusal(spotLimit));
      expect((await tick()).models[0]?.reasons.at(-1)?.reason).toBe("quota");
      expect((await tick()).models[0]).toMatchObject({ launch: 0 });
      await world.clock.advance(5_000);
      expect((await tick()).models[0]?.launched).toBeGreaterThan(0);
    });

    test("for spot leaves the rescue on demand to buy what is due", async () => {
      world = new World({ settings: { ...testSettings, rescue: { max_instances: 2 } } });
      world.demand(100);
      await world.clock.advance(700_000);
      world.fleet.refuseNextLaunch(refusal(spotLimit));
      await tick();
      expect((await world.fleet.list()).map(({ market }) => market)).toEqual(["on_demand"]);
    });

    test("on fleets holds both markets", async () => {
      world = new World({ settings: { ...testSettings, rescue: { max_instances: 2 } } });
      world.demand(100);
      await world.clock.advance(700_000);
      world.fleet.refuseNextLaunch(
        refusal({ code: "MaxFleetCountExceeded", message: "0 of 0", errorClass: "account_quota" }),
      );
      await tick();
      await world.clock.advance(60_000);
      await tick();
      expect(await world.fleet.list()).toEqual([]);
      expect(Object.keys((await world.pools())?.quotas ?? {})).toEqual(["spot", "on_demand"]);
    });
  });

  test("of a zone that does not offer the type leaves that pool out for hours, and asks the others", async () => {
    world.demand(100);
    const notOffered = refusal({
      code: "InvalidFleetConfiguration",
      message: "not supported in your requested Availability Zone (zone-a)",
      zone: "zone-a",
      errorClass: "not_offered",
    });
    world.fleet.refuseNextLaunch(notOffered);
    await tick();
    await tick();
    expect((await world.fleet.list()).map(({ zone }) => zone)).toEqual(["zone-b"]);
    await world.clock.advance(5 * 3_600_000);
    for (const id of await world.alive()) world.fleet.shutDown(id);
    world.demand(100);
    await tick();
    expect((await world.fleet.list()).filter(({ zone }) => zone === "zone-a")).toEqual([]);
    expect((await world.pools())?.breaker).toBeNull();
    expect(shouts()).toEqual([]);
  });

  describe("of what is not there yet", () => {
    const noProfile = {
      code: "InvalidParameterValue",
      message: "Invalid IAM Instance Profile name",
      errorClass: "not_there_yet",
    } as const;

    test("is asked again within two minutes, without an alarm", async () => {
      world.demand(100);
      world.fleet.refuseNextLaunch(refusal(noProfile));
      expect((await tick()).models[0]?.reasons.at(-1)).toEqual({
        reason: "breaker",
        detail: "InvalidParameterValue: Invalid IAM Instance Profile name",
      });
      await world.clock.advance(60_000);
      expect((await tick()).models[0]).toMatchObject({ launched: 1 });
      expect(shouts()).toEqual([]);
    });

    test("and still is not after ten minutes of asking is missing: launches are paused for half an hour", async () => {
      world.demand(100);
      for (let minute = 0; minute <= 12; minute += 1) {
        world.fleet.refuseNextLaunch(refusal(noProfile));
        await tick();
        await world.clock.advance(60_000);
      }
      expect(shouts()).toEqual(["launches are paused"]);
      expect(await world.intents()).toHaveLength(11);
      expect((await tick()).models[0]).toMatchObject({ launch: 0 });
    });
  });

  test("for want of capacity everywhere cools no pool and closes the launch", async () => {
    world.demand(100);
    world.fleet.refuseNextLaunch(refusal({ code: "UnfulfillableCapacity", errorClass: "no_capacity" }));
    await tick();
    expect((await world.pools())?.cooling).toEqual({});
    expect((await world.intents()).map(({ state }) => state)).toEqual(["answered"]);
    await tick();
    expect(await world.alive()).toHaveLength(1);
  });
});

describe("the latch", () => {
  test("closed before the tick: nothing is asked for", async () => {
    await close();
    world.demand(100);
    const record = await tick();
    expect(record.models[0]?.reasons.at(-1)?.reason).toBe("latch");
    expect(await world.intents()).toEqual([]);
  });

  test("closed between the decision and the call: the launch is given up", async () => {
    world.demand(100);
    world.faults.beforeNext("create", /fleet\/intents/, async () => {
      await close();
    });
    const record = await tick();
    expect(record.models[0]?.reasons.at(-1)?.reason).toBe("latch");
    expect((await world.intents()).map(({ state }) => state)).toEqual(["abandoned"]);
    expect(await world.fleet.list()).toEqual([]);
  });

  test("closed during the call: what came is ended at once", async () => {
    world.demand(10_000);
    world.faults.beforeNext("launch", /./, async () => {
      await close();
    });
    await tick();
    expect(await world.fleet.list()).toHaveLength(2);
    expect(await world.alive()).toEqual([]);
  });

  test("closed over a launch without an answer: it is never asked for again, also not after the reopening", async () => {
    world.demand(100);
    world.faults.beforeNext("launch", /./, noAnswer);
    await tick();
    await close();
    await tick();
    expect((await world.intents()).map(({ state }) => state)).toEqual(["open"]);
    await world.clock.advance(121_000);
    await tick();
    expect((await world.intents()).map(({ state }) => state)).toEqual(["abandoned"]);
    await openLatch(world.ports, "an operator");
    await world.clock.advance(1000);
    await tick();
    expect((await world.intents()).map(({ state }) => state)).toEqual(["abandoned", "answered"]);
  });

  test("closed just before a launch is asked for again: a stop goes on waiting for it, since it may have brought machines", async () => {
    world.demand(100);
    world.faults.afterNext("launch", /./, noAnswer);
    await tick();
    world.faults.beforeNext("get", /latch/, () => {
      world.faults.beforeNext("get", /latch/, async () => {
        await close();
      });
    });
    await world.clock.advance(1000);
    await tick();
    expect((await world.intents()).map(({ state }) => state)).toEqual(["open"]);
  });

  test("cannot be read: nothing is launched", async () => {
    world.demand(100);
    world.faults.beforeNext("get", /latch/, storeIsDown);
    await expect(tick()).rejects.toThrow(StoreError);
    expect(await world.fleet.list()).toEqual([]);
  });
});

describe("a zone whose price rises over the cap", () => {
  const minutes = async (count: number): Promise<void> => {
    for (let minute = 0; minute < count; minute += 1) {
      await world.clock.advance(60_000);
      await tick();
    }
  };
  const told = async () => (await world.store.list("fleet/drains/")).objects.map(({ key }) => key);

  test("the machine is told to leave although an earlier order to it cannot be read", async () => {
    world.demand(100);
    await tick();
    const [id] = await world.alive();
    if (id === undefined) throw new Error("nothing was launched");
    await world.store.put(fleetKeys.drain(id), '{"v":2}');
    world.fleet.setPrice("zone-a", 0.45);
    await minutes(11);
    expect(await readDrain(world.store, id)).toMatchObject({ reason: "price" });
  });

  test("after ten minutes of it the machine is told to leave, once, and the decision says so", async () => {
    world.demand(100);
    await tick();
    const [id] = await world.alive();
    if (id === undefined) throw new Error("nothing was launched");
    world.fleet.setPrice("zone-a", 0.45);
    await minutes(9);
    expect(await told()).toEqual([]);
    await world.clock.advance(60_000);
    const record = await tick();
    expect(record.drained).toEqual([
      {
        instance_id: id,
        reason: "price",
        zone: "zone-a",
        detail: "the spot price of zone-a is 0.45, over 0.4 USD an hour for 10 minutes",
      },
    ]);
    expect(await readDrain(world.store, id)).toMatchObject({
      reason: "price",
      ordered_at: "2026-01-01T00:10:00.000Z",
    });
    await world.clock.advance(60_000);
    expect((await tick()).drained).toEqual([]);
    expect(await readDrain(world.store, id)).toMatchObject({ ordered_at: "2026-01-01T00:10:00.000Z" });
  });

  test("a price that moves around the cap drains no machine", async () => {
    world.demand(100);
    await tick();
    for (let round = 0; round < 5; round += 1) {
      world.fleet.setPrice("zone-a", 0.41);
      await minutes(8);
      world.fleet.setPrice("zone-a", 0.39);
      await minutes(1);
    }
    expect(await told()).toEqual([]);
  });

  test("a dry run says which machines would have to leave, and tells none of them", async () => {
    world.demand(100);
    await tick();
    world.fleet.setPrice("zone-a", 0.45);
    await world.clock.advance(600_000);
    expect((await world.clock.runUntil(dryRun(world.ports, world.stage))).drained).toHaveLength(1);
    expect(await told()).toEqual([]);
  });
});

describe("ticks that overlap", () => {
  test("launch once between them", async () => {
    world.demand(10_000);
    await world.clock.runUntil(
      Promise.all(Array.from({ length: 5 }, () => launchTick(world.ports, world.stage))),
    );
    expect(await world.alive()).toHaveLength(2);
  });

  test("tell what EC2 answered also when another took its turn", async () => {
    world.demand(10_000);
    world.fleet.refuseNextLaunch(refusal({}));
    await tick();
    world.demand(100_000);
    world.fleet.refuseNextLaunch(refusal({ code: "InternalError" }));
    world.faults.beforeNext("replace", /fleet\/pools/, () =>
      updateRecord(world.ports, fleetKeys.pools, poolsRecordSchema, (pools) =>
        pools === null ? null : { ...pools, turn: intentIdOf(world.random.ulid(0)) },
      ),
    );
    await tick();
    const { objects } = await world.store.list(fleetKeys.decisionsPrefix);
    const kept = await Promise.all(objects.map(({ key }) => world.store.get(key)));
    expect(kept.map((decision) => decision?.body).join()).toContain("InternalError: slow down");
  });

  test("never pass the ceiling between them", async () => {
    world.demand(100_000);
    await world.clock.runUntil(
      Promise.all(Array.from({ length: 5 }, () => launchTick(world.ports, world.stage))),
    );
    expect(await world.alive()).toHaveLength(4);
    expect(await world.intents()).toHaveLength(1);
  });
});

describe("the record of a tick", () => {
  const decisions = async () => (await world.store.list(fleetKeys.decisionsPrefix)).objects;
  const snapshot = async () =>
    (await readRecord(world.store, fleetKeys.snapshot, decisionRecordSchema))?.value;

  test("is the snapshot, with prices and machines by phase", async () => {
    world.demand(100);
    await tick();
    await tick();
    expect(await snapshot()).toMatchObject({
      prices: [
        { zone: "zone-a", price_usd_per_hour: "0.16" },
        { zone: "zone-b", price_usd_per_hour: "0.20" },
      ],
      instances: { booting: 1, ready: 0, ended: 0 },
      models: [{ model: "small", open_items: 100, work_seconds: 2, have: 1 }],
    });
  });

  test("is kept beside it only when it says something new", async () => {
    for (let minute = 0; minute < 5; minute += 1) {
      await tick();
      await world.clock.advance(60_000);
    }
    expect(await decisions()).toHaveLength(1);
    world.demand(100);
    await tick();
    expect(await decisions()).toHaveLength(2);
  });

  test("is kept beside it for every launch, also for one that is like the one before", async () => {
    world.demand(100);
    await tick();
    await world.fleet.terminate(await world.alive());
    await world.clock.advance(60_000);
    await tick();
    const kept = await decisions();
    expect(kept).toHaveLength(2);
    expect(await world.alive()).toHaveLength(1);
  });

  test("of an idle fleet is written again every ten minutes, not every minute", async () => {
    await tick();
    const first = (await snapshot())?.at;
    await world.clock.advance(9 * 60_000);
    await tick();
    expect((await snapshot())?.at).toBe(first);
    await world.clock.advance(2 * 60_000);
    await tick();
    expect((await snapshot())?.at).not.toBe(first);
  });
});

test("a dry run answers the plan and changes nothing", async () => {
  world.demand(10_000);
  const before = await world.store.list("");
  const record = await world.clock.runUntil(dryRun(world.ports, world.stage));
  expect(record.models[0]).toMatchObject({ want: 2, launch: 2, launched: 0 });
  expect(await world.store.list("")).toEqual(before);
  expect(await world.fleet.list()).toEqual([]);
});

test("what machines have shown, and what was spent, comes from the reaper's measures", async () => {
  world.demand(7400);
  const measures = {
    v: 1,
    spent_usd: { "2026-01-01": { "2026-01-01": 4.99 } },
    models: { small: { boot_seconds: 50, slow_boot_seconds: 60, audio_seconds_per_second: 5 } },
  };
  await world.store.put(fleetKeys.measures, JSON.stringify(measures));
  const record = await tick();
  expect(record.spent_usd).toEqual({ day: 4.99, month: 4.99 });
  expect(record.models[0]).toMatchObject({
    audio_seconds_per_second: 5,
    boot_seconds: 50,
    work_seconds: 1480,
    want: 2,
    launch: 0,
  });
  expect(record.models[0]?.reasons.at(-1)?.reason).toBe("budget_day");
});

describe("with two machine types", () => {
  const settings = withTypes("g4dn.xlarge", "g5.xlarge");
  beforeEach(() => {
    world = new World({ settings, otherType: "g5.xlarge" });
    world.demand(100);
  });
  const typesThere = async () => (await world.fleet.list()).map(({ instanceType }) => instanceType);

  test("the second is bought in the same tick when the first is dry everywhere, and the decision says so", async () => {
    world.fleet.setCapacity("zone-a", 0);
    world.fleet.setCapacity("zone-b", 0);
    const record = await tick();
    expect(await typesThere()).toEqual(["g5.xlarge"]);
    expect(record.models[0]).toMatchObject({ instance_type: "g5.xlarge", launch: 1, launched: 1 });
    const told = record.models[0]?.reasons.find(({ reason }) => reason === "type")?.detail;
    expect(told).toMatch(/^g5\.xlarge in zone-a: .* g4dn\.xlarge: no capacity there lately/);
    expect(Object.keys((await world.pools())?.cooling ?? {})).toEqual([
      "g4dn.xlarge/zone-a",
      "g4dn.xlarge/zone-b",
    ]);
  });

  test("the intent, the machine and its ledger say which type came, at that type's price", async () => {
    world.fleet.setCapacity("zone-a", 0);
    world.fleet.setCapacity("zone-b", 0);
    await tick();
    const came = (await world.intents()).flatMap(({ instances }) => instances);
    expect(came).toMatchObject([{ instance_type: "g5.xlarge", zone: "zone-a", price_usd_per_hour: 0.35 }]);
    const ledger = await readLedger(world.store, "2026-01-01");
    expect(Object.values(ledger.instances)).toMatchObject([
      { instance_type: "g5.xlarge", prices: [{ usd_per_hour: 0.35 }] },
    ]);
  });

  test("the one that costs less is bought while it can be had", async () => {
    await tick();
    expect(await typesThere()).toEqual(["g4dn.xlarge"]);
  });

  test("each may be bid for at its own cap", async () => {
    const [first, second] = settings.instance_types;
    const types = [first, { ...first, ...second, max_spot_price_usd: 0.38 }] as const;
    const bidding = { ...settings, instance_types: types, max_price_mode: "bid" as const };
    world = new World({ settings: bidding, otherType: "g5.xlarge" });
    world.fleet.setPrice("zone-a", 0.05, "g5.xlarge");
    world.fleet.setPrice("zone-b", 0.05, "g5.xlarge");
    world.demand(100);
    await tick();
    const [intent] = await world.intents();
    expect(intent?.pools.map(({ bid_usd_per_hour }) => bid_usd_per_hour)).toEqual([0.38, 0.38]);
  });

  test("all pools are asked before a rescue is bought, and it is bought in the same tick", async () => {
    world = new World({ settings: { ...settings, rescue: { max_instances: 2 } }, otherType: "g5.xlarge" });
    world.demand(100);
    world.work = world.work.map((one) => ({ ...one, deadlineMs: world.clock.nowMs() + 200_000 }));
    // No two of them are equal bargains, so each is asked by itself.
    world.fleet.setPrice("zone-b", 0.38, "g5.xlarge");
    for (const type of ["g4dn.xlarge", "g5.xlarge"])
      for (const zone of ["zone-a", "zone-b"]) world.fleet.setCapacity(zone, 0, type);
    world.fleet.setPrice("zone-b", 0.25);
    await tick();
    expect(Object.keys((await world.pools())?.cooling ?? {})).toHaveLength(4);
    expect((await world.fleet.list()).map(({ market }) => market)).toEqual(["on_demand"]);
  });
});
