/** Machines that cannot start: how many are bought, what is said of the cause, and who can mend it. */
import { beforeEach, describe, expect, test } from "vitest";
import type { DecisionRecord, WorkerRecord } from "../../../../shared/contract/records/fleet-records.ts";
import type { InstanceId } from "../../../../shared/contract/ids.ts";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { reapTick } from "../../../../shared/fleet/reap/reap-tick.ts";
import { FleetError } from "../../../../shared/ports.ts";
import { withModels } from "../settings.ts";
import { World } from "../world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
const reap = () => world.clock.runUntil(reapTick(world.ports, world.stage));
const tick = (): Promise<DecisionRecord> => world.clock.runUntil(launchTick(world.ports, world.stage));
const minutes = (count: number): Promise<void> => world.clock.advance(count * 60_000);
/** @returns the machine that was bought, if any */
const launch = async (): Promise<InstanceId | null> => {
  world.demand(100);
  await tick();
  return (await world.alive()).at(-1) ?? null;
};
const launched = async (): Promise<InstanceId> => {
  const id = await launch();
  if (id === null) throw new Error("nothing was launched");
  return id;
};
const paused = async () => (await world.pools())?.failed_starts["small"] ?? null;
const holds = () => world.log.entries.filter(({ message }) => message === "launches are paused");
const lastReason = async () => {
  world.demand(100);
  return (await tick()).models[0]?.reasons.at(-1);
};

const notFound = {
  code: "model_not_found",
  detail: "there is no facebook/musicgen-smal on the hub.",
} as const;
/** Its worker says why, and powers it off; or it says nothing. */
async function fail(id: InstanceId, failure: WorkerRecord["failure"]): Promise<void> {
  await minutes(1);
  if (failure !== null) {
    const told = { failure, messages_received: 0, ready_at: null, reason: "unhealthy" } as const;
    await world.heartbeat(id, { ...told, state: "leaving" });
  }
  world.fleet.shutDown(id);
}
async function failedStart(failure: WorkerRecord["failure"] = null): Promise<void> {
  await fail(await launched(), failure);
  await minutes(2);
  await reap();
}

describe("two machines with the same cause", () => {
  test("buy no third, even when the launcher is faster than the reaper", async () => {
    await fail(await launched(), notFound);
    await fail(await launched(), notFound);
    expect(await launch()).toBeNull();
  });

  test("pause the launches, with the cause and where to look", async () => {
    await failedStart(notFound);
    expect(await paused()).toBeNull();
    await failedStart(notFound);
    expect(await lastReason()).toEqual({
      reason: "breaker",
      detail:
        "launches paused until 00:36 UTC: 2 machines failed to start. Last error: there is no facebook/musicgen-smal on the hub (model_not_found); check the model's source in the stage's configuration",
    });
  });

  test("are kept with the last one's console, and raise the alarm once", async () => {
    await failedStart(notFound);
    const last = await launched();
    world.fleet.writeConsole(last, `${"x".repeat(5000)}404 Not Found`);
    await fail(last, notFound);
    await minutes(2);
    await reap();
    await minutes(1);
    await reap();
    const found = await paused();
    expect(found).toMatchObject({ instance_id: last, until: "2026-01-01T00:36:00.000Z" });
    expect(found?.console_tail).toMatch(/^x+404 Not Found$/);
    expect(found?.console_tail).toHaveLength(4000);
    expect(holds()).toHaveLength(1);
    expect(holds()[0]?.fields).toMatchObject({ reason: "failed_starts", model: "small" });
  });

  test("and another model's machines are bought all the same", async () => {
    world = new World({ settings: withModels("small", "large") });
    await failedStart(notFound);
    await failedStart(notFound);
    world.demand(100, "large");
    const plans = (await tick()).models;
    expect(plans.find(({ model }) => model === "large")).toMatchObject({ launched: 1 });
  });

  test("whose causes differ are followed by a third", async () => {
    await failedStart(notFound);
    await failedStart({ code: "out_of_memory", detail: "5 GB are needed" });
    expect(await launch()).not.toBeNull();
  });
});

describe("what is said of each cause", () => {
  test.each<[code: NonNullable<WorkerRecord["failure"]>["code"], next: string]>([
    ["model_not_found", "check the model's source in the stage's configuration"],
    ["bad_model", "check the files at the model's source"],
    ["out_of_memory", "the model needs an instance type with more memory"],
    ["no_device", "check the image's GPU driver; see console_tail in GET /v1/capacity"],
    ["disk", "check the image's disk; see console_tail in GET /v1/capacity"],
    ["internal", "see console_tail in GET /v1/capacity"],
    ["engine_crashed", "see console_tail in GET /v1/capacity"],
    ["config_unreadable", "deploy the stage again: its launch template is of another version"],
    ["access_denied", "check that the worker's role may use the bucket and the queues"],
  ])("%s", async (code, next) => {
    await failedStart({ code, detail: "something is wrong" });
    await failedStart({ code, detail: "something is wrong" });
    expect((await lastReason())?.detail).toBe(
      `launches paused until 00:36 UTC: 2 machines failed to start. Last error: something is wrong (${code}); ${next}`,
    );
  });

  test("of a machine whose worker could only write to its console", async () => {
    const line = JSON.stringify({
      message: "failed to start",
      code: "access_denied",
      detail: "AccessDenied",
    });
    for (let boot = 0; boot < 2; boot += 1) {
      const id = await launched();
      world.fleet.writeConsole(id, `[   61.2] mgb-worker[812]: ${line}\n`);
      await fail(id, null);
      await minutes(2);
      await reap();
    }
    expect((await lastReason())?.detail).toContain("Last error: AccessDenied (access_denied);");
  });
});

describe("machines that never become ready and say nothing", () => {
  test("pause the launches after three in a row", async () => {
    await failedStart();
    await failedStart();
    expect(await paused()).toBeNull();
    await failedStart();
    expect(await lastReason()).toEqual({
      reason: "breaker",
      detail:
        "launches paused until 00:39 UTC: 3 machines failed to start. Last error: no cause was reported; see console_tail in GET /v1/capacity",
    });
    expect(await launch()).toBeNull();
  });

  test("pause them also when the console cannot be read", async () => {
    await failedStart();
    await failedStart();
    for (let look = 0; look < 2; look += 1)
      world.faults.beforeNext("consoleOutput", /./, () => {
        throw new FleetError("no answer");
      });
    await failedStart();
    expect(await paused()).toMatchObject({ console_tail: null });
  });

  test("are forgiven when one in between became ready", async () => {
    await failedStart();
    await failedStart();
    const good = await launched();
    await world.heartbeat(good);
    await reap();
    world.fleet.shutDown(good);
    await minutes(1);
    await failedStart();
    expect(await paused()).toBeNull();
  });

  test("are excused when they were told to leave because their zone was dear", async () => {
    for (let boot = 0; boot < 4; boot += 1) {
      const id = await launched();
      await world.heartbeat(id, { state: "leaving", reason: "price", ready_at: null });
      world.fleet.shutDown(id);
      await minutes(3);
      await reap();
    }
    expect(await paused()).toBeNull();
  });

  test.each(["taken_back", "ec2", "api"] as const)(
    "are excused when they did not fail by themselves (%s), though nobody warned",
    async (endedBy) => {
      for (let boot = 0; boot < 4; boot += 1) {
        world.fleet.endUnasked(await launched(), endedBy);
        await minutes(3);
        await reap();
      }
      expect(await paused()).toBeNull();
    },
  );

  test("count when what the launch names could not be used", async () => {
    for (let boot = 0; boot < 3; boot += 1) {
      world.fleet.endUnasked(await launched(), "launch_fault");
      await minutes(3);
      await reap();
    }
    expect(await paused()).not.toBeNull();
  });

  test("count when the reaper ended them at their boot deadline", async () => {
    for (let boot = 0; boot < 3; boot += 1) {
      const id = await launched();
      for (let look = 0; look < 14 && (await world.alive()).includes(id); look += 1) {
        await minutes(1);
        await reap();
      }
      await minutes(1);
      await reap();
    }
    expect(await paused()).not.toBeNull();
  });

  test("and that EC2's list never showed have not failed, as far as anybody knows", async () => {
    world = new World({ listDelayMs: 3_600_000 });
    for (let boot = 0; boot < 4; boot += 1) {
      world.demand(100);
      await tick();
      await minutes(4);
      await reap();
    }
    expect(await paused()).toBeNull();
  });
});

describe("a machine that was ready", () => {
  const crashed = { code: "engine_crashed", detail: "signal SIGSEGV" } as const;
  const unhealthy = { state: "leaving", reason: "unhealthy", failure: crashed } as const;

  test("and failed before it received anything has not started", async () => {
    for (let boot = 0; boot < 2; boot += 1) {
      const id = await launched();
      await world.heartbeat(id, { ...unhealthy, messages_received: 0 });
      world.fleet.shutDown(id);
      await minutes(3);
      await reap();
    }
    expect(await paused()).toMatchObject({ detail: expect.stringContaining("signal SIGSEGV") as unknown });
  });

  test.each<[how: string, end: (id: InstanceId) => Promise<void>]>([
    [
      "ended",
      async (id) => {
        world.fleet.shutDown(id);
        await minutes(3);
        await reap();
      },
    ],
    [
      "fell silent",
      async () => {
        for (let look = 0; look < 6; look += 1) {
          await minutes(1);
          await reap();
        }
      },
    ],
  ])("and %s without a word before it received anything has not started", async (_how, end) => {
    for (let boot = 0; boot < 3; boot += 1) {
      expect(await paused()).toBeNull();
      const id = await launched();
      await world.heartbeat(id, { messages_received: 0 });
      await end(id);
      expect(await world.alive()).toEqual([]);
    }
    expect(await paused()).toMatchObject({ detail: expect.stringMatching(/^3 machines failed/) as unknown });
    expect(await launch()).toBeNull();
  });

  test("and died buys no fourth, even when the launcher is faster than the reaper", async () => {
    for (let boot = 0; boot < 3; boot += 1) {
      const id = await launched();
      await world.heartbeat(id, { messages_received: 0 });
      world.fleet.shutDown(id);
      await minutes(1);
    }
    expect(await launch()).toBeNull();
  });

  test("and left because it found nothing has started", async () => {
    for (let boot = 0; boot < 4; boot += 1) {
      const id = await launched();
      await world.heartbeat(id, { state: "leaving", reason: "idle", messages_received: 0 });
      world.fleet.shutDown(id);
      await minutes(3);
      await reap();
    }
    expect(await paused()).toBeNull();
  });

  test("and failed over what it received has started: an item may be to blame", async () => {
    for (let boot = 0; boot < 4; boot += 1) {
      const id = await launched();
      await world.heartbeat(id, { ...unhealthy, messages_received: 3 });
      world.fleet.shutDown(id);
      await minutes(3);
      await reap();
    }
    expect(await paused()).toBeNull();
  });
});

describe("after the pause", () => {
  const pauseOver = async (): Promise<void> => {
    await failedStart(notFound);
    await failedStart(notFound);
    await minutes(31);
  };

  test("one machine tries, and no other while it boots", async () => {
    await pauseOver();
    world.demand(60_000);
    expect((await tick()).models[0]).toMatchObject({ want: 8, launched: 1 });
    world.demand(60_000);
    expect((await tick()).models[0]).toMatchObject({ launched: 0 });
  });

  test("no other one tries while one that is ready has received nothing: it may die as the others did", async () => {
    await pauseOver();
    await world.heartbeat(await launched(), { messages_received: 0 });
    await reap();
    world.demand(60_000);
    expect((await tick()).models[0]).toMatchObject({ launched: 0 });
  });

  test("a machine that fails again pauses the launches again", async () => {
    await pauseOver();
    await failedStart(notFound);
    expect(await paused()).toMatchObject({ detail: expect.stringMatching(/^3 machines failed/) as unknown });
    expect(await launch()).toBeNull();
  });

  test("a machine that starts ends it", async () => {
    await pauseOver();
    await world.heartbeat(await launched());
    await reap();
    world.demand(60_000);
    expect((await tick()).models[0]).toMatchObject({ launched: 3 });
  });
});
