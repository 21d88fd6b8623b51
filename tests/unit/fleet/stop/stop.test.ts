import { beforeEach, describe, expect, test } from "vitest";
import type { InstanceId } from "../../../../shared/contract/ids.ts";
import { fleetKeys } from "../../../../shared/contract/records/keys.ts";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { noteEnd } from "../../../../shared/billing/ledger/ledger-notes.ts";
import { reapTick } from "../../../../shared/fleet/reap/reap-tick.ts";
import { reopen, stopAll, stopView } from "../../../../shared/fleet/stop/stop.ts";
import { FleetError, LauncherError, QueueError, StoreError } from "../../../../shared/ports.ts";
import { StoreClock } from "../../../../shared/system/store-clock.ts";
import { World } from "../world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
const stop = () => world.clock.runUntil(stopAll("an operator", world.ports, world.stage));
const launch = (audioSeconds = 10_000) => {
  world.demand(audioSeconds);
  return world.clock.runUntil(launchTick(world.ports, world.stage));
};
const reap = () => world.clock.runUntil(reapTick(world.ports, world.stage));
const minutes = (count: number) => world.clock.advance(count * 60_000);
const noAnswer = (): never => {
  throw new FleetError("no answer");
};
const storeIsDown = (): never => {
  throw new StoreError("no answer", "key", { cause: null });
};

describe("stop-all", () => {
  test("ends every machine, reads back zero and says so", async () => {
    await launch();
    const view = await stop();
    expect(view).toMatchObject({
      state: "stopped",
      instances_terminated: 2,
      instances_left: 0,
      messages_left: 20,
      cost_per_hour_usd: "0.00",
    });
    expect(view.verified_at).not.toBeNull();
    expect(await world.alive()).toEqual([]);
    expect(await stopView(world.store)).toEqual(view);
  });

  test("is not verified while a machine only shuts down", async () => {
    await launch();
    const view = await stop();
    const looks = view.steps.filter(({ step }) => step === "verify");
    expect(looks[0]).toMatchObject({ ok: false, detail: "2 machines left: 2 shutting-down" });
    expect(looks.at(-1)).toMatchObject({ ok: true, detail: "no machine left" });
  });

  test("counts machines alike wherever it tells of them", async () => {
    await launch(100);
    const [id] = await world.alive();
    if (id !== undefined) await world.fleet.terminate([id]);
    const { steps } = await stop();
    const details = steps.filter(({ detail }) => detail.includes("there") || detail.includes("left"));
    expect(details.slice(0, 2).map(({ step, detail }) => [step, detail])).toEqual([
      ["list", "1 machine there: 1 shutting-down"],
      ["verify", "1 machine left: 1 shutting-down"],
    ]);
  });

  test("is dated by the store's time, though the caller's clock is minutes ahead until the store has answered", async () => {
    const aheadMs = 240_000;
    const { clock } = world;
    const ahead = new StoreClock({
      nowMs: () => clock.nowMs() + aheadMs,
      sleep: (ms, signal) => clock.sleep(ms, signal),
    });
    world.faults.beforeNext("get", /latch/, () => {
      ahead.heard(clock.nowMs(), ahead.ownNowMs());
    });
    const view = await clock.runUntil(stopAll("an operator", { ...world.ports, clock: ahead }, world.stage));
    expect(view.requested_at).toBe("2026-01-01T00:00:01.000Z");
  });

  test("leaves the jobs in their queues and counts them", async () => {
    await world.jobQueues.of("small", "fast").send([{ body: "{}" }, { body: "{}" }]);
    await world.jobQueues.of("small", "standard").send([{ body: "{}" }]);
    expect(await stop()).toMatchObject({ messages_left: 3 });
  });

  test("with nothing running is verified at the first look", async () => {
    const before = world.clock.nowMs();
    expect(await stop()).toMatchObject({ state: "stopped", instances_terminated: 0 });
    expect(world.clock.nowMs()).toBe(before);
  });

  test("called twice is one stop", async () => {
    await launch();
    const first = await stop();
    const second = await stop();
    expect(second).toMatchObject({ id: first.id, requested_at: first.requested_at, instances_terminated: 2 });
  });

  test("ends a launched machine that EC2 does not list yet", async () => {
    world = new World({ listDelayMs: 60_000 });
    await launch();
    expect(await world.fleet.list()).toEqual([]);
    expect(await stop()).toMatchObject({ state: "stopping", instances_terminated: 2, instances_left: 0 });
    expect(await world.alive()).toEqual([]);
    await minutes(1);
    await reap();
    expect(await stopView(world.store)).toMatchObject({ state: "stopped" });
  });

  test.each([
    [
      "gives a heartbeat and is in no ledger",
      async (id: InstanceId) => {
        await minutes(5);
        await world.heartbeat(id);
        await world.store.delete(fleetKeys.ledger("2026-01-01"));
      },
    ],
    [
      "gives a heartbeat that cannot be read and is in no ledger",
      async (id: InstanceId) => {
        await minutes(5);
        await world.store.put(fleetKeys.worker(id), '{"v":2}');
        await world.store.delete(fleetKeys.ledger("2026-01-01"));
      },
    ],
    [
      "boots and has said nothing",
      async () => {
        await minutes(4);
        await reap();
      },
    ],
  ])("is not verified while EC2's list leaves out a machine that %s, and ends it", async (_, lives) => {
    await launch(100);
    const [id] = await world.alive();
    if (id === undefined) throw new Error("nothing was launched");
    await lives(id);
    for (let look = 0; look < 4; look += 1) world.faults.beforeNext("terminate", /./, noAnswer);
    world.fleet.leaveOut(id, 100);
    expect(await stop()).toMatchObject({ state: "stopping", instances_left: 1, verified_at: null });
    world.fleet.leaveOut(id, 0);
    await minutes(1);
    await reap();
    await minutes(1);
    await reap();
    expect(await world.alive()).toEqual([]);
    expect(await stopView(world.store)).toMatchObject({ state: "stopped" });
  });

  test.each([
    ["its ledger", () => world.store.put(fleetKeys.ledger("2026-01-01"), '{"v":2}')],
    ["a heartbeat", () => world.store.put(fleetKeys.worker("i-0123456789abcdef0" as InstanceId), "no JSON")],
  ])("ends what EC2 lists although %s cannot be read", async (_, damage) => {
    await launch();
    await minutes(5);
    await damage();
    expect(await stop()).toMatchObject({ instances_terminated: 2 });
    expect(await world.alive()).toEqual([]);
  });

  test("is not verified while EC2's list leaves out a machine that shuts down", async () => {
    await launch(100);
    const [id] = await world.alive();
    if (id === undefined) throw new Error("nothing was launched");
    await minutes(4);
    const at = new Date(world.clock.nowMs()).toISOString();
    await noteEnd(world.ports, "2026-01-01", id, { endedAt: at, reason: null });
    world.fleet.leaveOut(id, 100);
    expect(await stop()).toMatchObject({ state: "stopping", instances_left: 1, cost_per_hour_usd: "0.00" });
    await noteEnd(world.ports, "2026-01-01", id, { endedAt: at, isTerminated: true, reason: null });
    await reap();
    expect(await stopView(world.store)).toMatchObject({ state: "stopped", instances_left: 0 });
  });

  test("is not verified while a launch has no answer", async () => {
    world.faults.beforeNext("launch", /./, noAnswer);
    await launch();
    expect(await stop()).toMatchObject({ state: "stopping", instances_left: 0, verified_at: null });
    await minutes(1);
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    await reap();
    expect(await stopView(world.store)).toMatchObject({ state: "stopping" });
    await minutes(2);
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    await reap();
    expect(await stopView(world.store)).toMatchObject({ state: "stopped" });
  });
});

describe("stop-all while AWS fails", () => {
  test("terminate: each look tries again, and the reaper after it until zero is read back", async () => {
    await launch(100);
    for (let failure = 0; failure < 6; failure += 1) world.faults.beforeNext("terminate", /./, noAnswer);
    const view = await stop();
    expect(view).toMatchObject({ state: "stopping", instances_left: 1, cost_per_hour_usd: "0.16" });
    expect(view.steps.filter(({ step, ok }) => step === "terminate" && !ok)).toHaveLength(4);
    await minutes(1);
    await reap();
    await minutes(1);
    await reap();
    await minutes(1);
    await reap();
    expect(await stopView(world.store)).toMatchObject({
      state: "stopped",
      instances_terminated: 1,
      cost_per_hour_usd: "0.00",
    });
  });

  test("a machine that shuts down is left, and is billed no more", async () => {
    await launch(100);
    for (let failure = 0; failure < 4; failure += 1) world.faults.beforeNext("terminate", /./, noAnswer);
    expect(await stop()).toMatchObject({ instances_left: 1, cost_per_hour_usd: "0.16" });
    await reap();
    expect(await stopView(world.store)).toMatchObject({
      state: "stopping",
      instances_left: 1,
      cost_per_hour_usd: "0.00",
    });
  });

  test("the list: the machines that it would have named are ended by a later look", async () => {
    await launch();
    for (let failure = 0; failure < 20; failure += 1) world.faults.beforeNext("list", /^$/, noAnswer);
    const view = await stop();
    expect(view).toMatchObject({ state: "stopping", instances_left: null, cost_per_hour_usd: null });
    for (let minute = 0; minute < 6; minute += 1) {
      await minutes(1);
      await reap().catch((error: unknown) => {
        expect(error).toBeInstanceOf(FleetError);
      });
    }
    await minutes(1);
    await reap();
    expect(await world.alive()).toEqual([]);
    expect(await stopView(world.store)).toMatchObject({ state: "stopped", instances_left: 0 });
  });

  test("the latch: the machines are ended all the same, and the answer shows the step that failed", async () => {
    await launch();
    for (let failure = 0; failure < 1; failure += 1) world.faults.beforeNext("create", /latch/, storeIsDown);
    const view = await stop();
    expect(view.steps[0]).toMatchObject({ step: "latch", ok: false });
    expect(view).toMatchObject({ state: "stopped", instances_terminated: 2 });
    expect(view.steps.filter(({ step }) => step === "latch").map(({ ok }) => ok)).toEqual([false, true]);
    expect(await world.alive()).toEqual([]);
  });

  test("the latch for long: nothing is proven, for a launch could follow", async () => {
    await launch();
    for (let failure = 0; failure < 200; failure += 1) {
      world.faults.beforeNext("create", /latch/, storeIsDown);
    }
    expect(await stop()).toMatchObject({ state: "stopping", instances_left: 0, verified_at: null });
    expect(await world.alive()).toEqual([]);
  });

  test("the record: the answer is complete all the same, and the reaper stores it", async () => {
    await launch();
    for (let failure = 0; failure < 40; failure += 1) {
      world.faults.beforeNext("create", /stops/, storeIsDown);
    }
    expect(await stop()).toMatchObject({ state: "stopped", instances_terminated: 2, instances_left: 0 });
    expect(await stopView(world.store)).toMatchObject({ state: "stopping", steps: [] });
    while (world.faults.left > 0) {
      await minutes(1);
      await reap();
    }
    await minutes(1);
    await reap();
    expect(await stopView(world.store)).toMatchObject({ state: "stopped", instances_left: 0 });
  });

  test("a queue that does not answer only leaves the count out", async () => {
    const jobQueues = {
      deadLetters: world.jobQueues.deadLetters,
      of: () => {
        throw new QueueError("no answer");
      },
    };
    const view = await world.clock.runUntil(
      stopAll("an operator", { ...world.ports, jobQueues }, world.stage),
    );
    expect(view).toMatchObject({ state: "stopped", messages_left: null });
  });
});

describe("a caller of stop-all", () => {
  /** EC2's list has no answer before it is told to. */
  const hanging = () => {
    let release = (): void => undefined;
    const answered = new Promise<void>((resolve) => (release = resolve));
    const { fleet } = world;
    const list = () => answered.then(() => fleet.list());
    const bound = { terminate: fleet.terminate.bind(fleet), list } as unknown as typeof fleet;
    return { ports: { ...world.ports, fleet: bound }, release };
  };

  test("is answered after 8 seconds though machines are still going down", async () => {
    await launch();
    const before = world.clock.nowMs();
    for (let failure = 0; failure < 20; failure += 1) world.faults.beforeNext("terminate", /./, noAnswer);
    expect(await stop()).toMatchObject({ state: "stopping", instances_left: 2, verified_at: null });
    expect(world.clock.nowMs() - before).toBe(8_000);
  });

  test("is answered after 8 seconds with the latch closed, though EC2 does not answer at all", async () => {
    await launch();
    const before = world.clock.nowMs();
    const { ports } = hanging();
    const view = await world.clock.runUntil(stopAll("an operator", ports, world.stage));
    expect(world.clock.nowMs() - before).toBe(8_000);
    expect(view).toMatchObject({ state: "stopping", instances_left: null, verified_at: null });
    expect(view.steps.map(({ step, ok }) => [step, ok])).toEqual([["latch", true]]);
    expect(await stopView(world.store)).toMatchObject({ id: view.id, state: "stopping" });
    await reap();
    await minutes(1);
    await reap();
    expect(await stopView(world.store)).toMatchObject({ id: view.id, state: "stopped", instances_left: 0 });
  });

  test("whose function was frozen after its answer ends no machine and changes no proof when it wakes", async () => {
    await launch();
    const { ports, release } = hanging();
    await world.clock.runUntil(stopAll("an operator", ports, world.stage));
    await reap();
    await minutes(1);
    await reap();
    await reopen("an operator", world.ports);
    await launch();
    const alive = await world.alive();
    expect(alive).toHaveLength(2);
    const before = await stopView(world.store);
    release();
    await minutes(1);
    expect(await world.alive()).toEqual(alive);
    expect(await stopView(world.store)).toEqual(before);
  });
});

describe("while the latch is closed", () => {
  test("the reaper ends at once whatever appears, and takes the proof back until it is gone", async () => {
    await launch(100);
    await stop();
    const { pools, expiresAt } = {
      pools: [{ zone: "zone-a", subnetId: "s", priceUsdPerHour: 0.16 }],
      expiresAt: "",
    };
    const [intent] = await world.intents();
    if (intent === undefined) throw new Error("no intent");
    await world.fleet.launch({
      intentId: intent.id,
      clientToken: "from nowhere",
      count: 1,
      model: "small",
      market: "spot",
      pools: pools.map((pool) => ({ instanceType: "g4dn.xlarge", ...pool, bidUsdPerHour: null })),
      tags: {},
      expiresAt,
    });
    await reap();
    expect(await world.alive()).toEqual([]);
    expect(await stopView(world.store)).toMatchObject({ state: "stopping", instances_terminated: 2 });
    await minutes(1);
    await reap();
    expect(await stopView(world.store)).toMatchObject({ state: "stopped" });
  });

  test("a verified stop writes nothing more", async () => {
    await launch();
    const { id } = await stop();
    if (id === null) throw new Error("no stop");
    const before = await world.store.get(fleetKeys.stop(id));
    await minutes(5);
    await reap();
    expect((await world.store.get(fleetKeys.stop(id)))?.etag).toBe(before?.etag);
  });
});

describe("reopening", () => {
  test("lets the work go on at once, and the last proof stays readable, as that of a stop that is over", async () => {
    await launch();
    const { id } = await stop();
    await minutes(1);
    const openedAt = new Date(world.clock.nowMs()).toISOString();
    expect(await reopen("an operator", world.ports)).toEqual({ state: "open", opened_at: openedAt });
    expect(await stopView(world.store)).toMatchObject({
      id,
      state: "open",
      reopened_at: openedAt,
      instances_terminated: 2,
    });
    expect(world.launcher.count).toBe(1);
    await launch();
    expect(await world.alive()).toHaveLength(2);
  });

  test.each(["refused", "market_quota", "account_quota"] as const)(
    "asks again for what was %s: whoever opens again has seen to it",
    async (errorClass) => {
      world.demand(100);
      world.fleet.refuseNextLaunch({
        code: "Code",
        message: "no",
        zone: null,
        instanceType: null,
        errorClass,
      });
      await launch(100);
      await minutes(1);
      await launch(100);
      expect(await world.alive()).toEqual([]);
      await reopen("an operator", world.ports);
      await launch(100);
      expect(await world.alive()).toHaveLength(1);
    },
  );

  test("forgives the boots that failed before it", async () => {
    for (let boot = 0; boot < 3; boot += 1) {
      await launch(100);
      for (const id of await world.alive()) world.fleet.shutDown(id);
      await minutes(3);
      await reap();
    }
    expect((await world.pools())?.failed_starts["small"]).toBeDefined();
    await reopen("an operator", world.ports);
    await minutes(1);
    await reap();
    await launch(100);
    expect(await world.alive()).toHaveLength(1);
  });

  test("of what was never stopped changes nothing", async () => {
    expect(await reopen("an operator", world.ports)).toEqual({ state: "open", opened_at: null });
    expect(await stopView(world.store)).toMatchObject({
      id: null,
      state: "open",
      reopened_at: null,
      steps: [],
    });
  });

  test("has happened even if the launcher cannot be woken", async () => {
    await stop();
    const launcher = {
      trigger: () => Promise.reject(new LauncherError("throttled")),
    };
    expect(await reopen("an operator", { ...world.ports, launcher })).toMatchObject({ state: "open" });
    expect(world.log.entries.at(-1)).toMatchObject({
      level: "warn",
      fields: { error: { message: "throttled" } },
    });
  });

  test("is followed by another stop with a proof of its own", async () => {
    const first = await stop();
    await reopen("an operator", world.ports);
    await minutes(1);
    const second = await stop();
    expect(second.id).not.toBe(first.id);
    expect(second.state).toBe("stopped");
  });
});
