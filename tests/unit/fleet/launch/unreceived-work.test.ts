/** The launcher and the reaper with a batch whose messages are in no queue: as old batches, or a lost queue, leave it. */
import { beforeEach, expect, test } from "vitest";
import type { DecisionRecord } from "../../../../shared/contract/records/fleet-records.ts";
import type { InstanceId } from "../../../../shared/contract/ids.ts";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { onInstanceEvent } from "../../../../shared/fleet/reap/instance-events.ts";
import { reapTick } from "../../../../shared/fleet/reap/reap-tick.ts";
import { reopen, stopAll } from "../../../../shared/fleet/stop/stop.ts";
import { World } from "../world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
const tick = (): Promise<DecisionRecord> => world.clock.runUntil(launchTick(world.ports, world.stage));
const reap = () => world.clock.runUntil(reapTick(world.ports, world.stage));
const seconds = (count: number): Promise<void> => world.clock.advance(count * 1000);
const reasons = (record: DecisionRecord): string[] =>
  record.models[0]?.reasons.map(({ reason }) => reason) ?? [];
const holds = () => world.log.entries.filter(({ message }) => message === "launches are paused");

/** Open in the store, and in no queue. */
function lose(audioSeconds: number): void {
  world.demand(audioSeconds);
  world.loseMessages();
}

/** A worker that starts, finds nothing and powers its machine off, as its agent does. */
async function liveWithoutMessage(id: InstanceId): Promise<void> {
  await seconds(100);
  const ready_at = new Date(world.clock.nowMs()).toISOString();
  await world.heartbeat(id, { ready_at, messages_received: 0 });
  await seconds(20);
  await world.heartbeat(id, { ready_at, messages_received: 0, state: "leaving", reason: "idle" });
  world.fleet.shutDown(id);
}

/** Its agent dies without a word as soon as it is ready, and the service manager powers the machine off. */
async function dieReady(id: InstanceId): Promise<void> {
  await seconds(100);
  await world.heartbeat(id, { messages_received: 0 });
  world.fleet.shutDown(id);
  await seconds(60);
  await reap();
}

/** One machine after the other, for as long as any is bought. @returns how many were */
async function untilHeld(most: number): Promise<number> {
  let bought = 0;
  while (bought < most) {
    await tick();
    const [id] = await world.alive();
    if (id === undefined) return bought;
    bought += 1;
    await liveWithoutMessage(id);
  }
  return bought;
}

test("work that no machine receives buys two machines, even when the launcher is faster than the reaper", async () => {
  lose(10);
  expect(await untilHeld(9)).toBe(2);
  expect(reasons(await tick())).toEqual(["work", "no_messages"]);
});

test("the hold outlives the machines' heartbeats", async () => {
  lose(10);
  await untilHeld(9);
  for (let minute = 0; minute < 90; minute += 1) {
    await seconds(60);
    await reap();
    expect((await tick()).models[0]).toMatchObject({ launch: 0 });
  }
  expect(reasons(await tick())).toEqual(["work", "no_messages"]);
});

test("work for four machines that is in no queue buys two at once", async () => {
  lose(60_000);
  expect((await tick()).models[0]).toMatchObject({ want: 8, launched: 2 });
  expect(reasons(await tick())).toContain("few_messages");
});

test("the hold raises the alarm once", async () => {
  lose(10);
  await untilHeld(9);
  await tick();
  await seconds(600);
  await tick();
  expect(holds()).toHaveLength(1);
  expect(holds()[0]?.fields).toMatchObject({ model: "small", reason: "no_messages" });
});

test("messages in the queue end the hold at the next look", async () => {
  lose(10);
  await untilHeld(9);
  await world.jobQueues.of("small", "standard").send([{ body: "{}" }]);
  expect((await tick()).models[0]).toMatchObject({ launched: 1 });
});

test("a machine that receives a message ends the row", async () => {
  lose(10);
  await untilHeld(9);
  await world.jobQueues.of("small", "standard").send([{ body: "{}" }]);
  await tick();
  const [id] = await world.alive();
  if (id === undefined) throw new Error("no machine");
  await seconds(100);
  await world.heartbeat(id, { messages_received: 1 });
  await reap();
  world.fleet.shutDown(id);
  world.loseMessages();
  // What is open now is lost again: two more machines find that out.
  expect(await untilHeld(9)).toBe(2);
});

/** EC2 announces that it will take the machine. */
const interrupt = (id: InstanceId): Promise<unknown> =>
  world.clock.runUntil(
    onInstanceEvent(
      {
        source: "aws.ec2",
        time: new Date(world.clock.nowMs()).toISOString(),
        "detail-type": "EC2 Spot Instance Interruption Warning",
        detail: { "instance-id": id },
      },
      world.ports,
      world.stage,
    ),
  );

test("a machine that found nothing and left by its own word counts although EC2 was about to take it", async () => {
  lose(10);
  for (let bought = 0; bought < 2; bought += 1) {
    await tick();
    const [id] = await world.alive();
    if (id === undefined) throw new Error("no machine");
    await interrupt(id);
    await liveWithoutMessage(id);
  }
  expect(reasons(await tick())).toEqual(["work", "no_messages"]);
  await reap();
  await seconds(600);
  await reap();
  expect(reasons(await tick())).toEqual(["work", "no_messages"]);
});

test("a machine that leaves because EC2 takes it does not count", async () => {
  lose(10);
  await tick();
  const [id] = await world.alive();
  if (id === undefined) throw new Error("no machine");
  await seconds(100);
  await interrupt(id);
  const leaving = { state: "leaving", reason: "interruption", messages_received: 0 } as const;
  await world.heartbeat(id, leaving);
  world.fleet.shutDown(id);
  await reap();
  expect(await untilHeld(9)).toBe(2);
});

test("a machine that had left without a message before a stop counts after it", async () => {
  lose(10);
  await tick();
  const [id] = await world.alive();
  if (id === undefined) throw new Error("no machine");
  await liveWithoutMessage(id);
  await world.clock.runUntil(stopAll("ada", world.ports, world.stage));
  await reap();
  await seconds(60);
  await reap();
  await world.clock.runUntil(reopen("ada", world.ports));
  expect(await untilHeld(9)).toBe(1);
});

test("so does one that a stop ends once more, because EC2's list leaves it out", async () => {
  lose(10);
  await tick();
  const [id] = await world.alive();
  if (id === undefined) throw new Error("no machine");
  await liveWithoutMessage(id);
  world.fleet.leaveOut(id, 99);
  await world.clock.runUntil(stopAll("ada", world.ports, world.stage));
  await reap();
  world.fleet.leaveOut(id, 0);
  await seconds(60);
  await reap();
  await world.clock.runUntil(reopen("ada", world.ports));
  expect(await untilHeld(9)).toBe(1);
});

test("so does one that says that it leaves in the moment in which a stop ends it", async () => {
  lose(10);
  await tick();
  const [id] = await world.alive();
  if (id === undefined) throw new Error("no machine");
  await seconds(100);
  const ready = { ready_at: new Date(world.clock.nowMs()).toISOString(), messages_received: 0 };
  await world.heartbeat(id, ready);
  await world.clock.runUntil(stopAll("ada", world.ports, world.stage));
  await world.heartbeat(id, { ...ready, state: "leaving", reason: "idle" });
  await reap();
  await seconds(60);
  await reap();
  await world.clock.runUntil(reopen("ada", world.ports));
  expect(await untilHeld(9)).toBe(1);
});

test("a machine that a stop ended before it received anything does not count", async () => {
  lose(10);
  await tick();
  const [id] = await world.alive();
  if (id === undefined) throw new Error("no machine");
  await seconds(100);
  await world.heartbeat(id, { messages_received: 0 });
  await world.clock.runUntil(stopAll("ada", world.ports, world.stage));
  await reap();
  await world.clock.runUntil(reopen("ada", world.ports));
  expect(await untilHeld(9)).toBe(2);
});

test("machines that die once they are ready keep work in the queue waiting for half an hour, not for hours", async () => {
  world.demand(10);
  for (let bought = 0; bought < 3; bought += 1) {
    await tick();
    const [id] = await world.alive();
    if (id === undefined) throw new Error("no machine");
    await dieReady(id);
  }
  expect(reasons(await tick())).toContain("breaker");
  await seconds(29 * 60);
  expect((await tick()).models[0]).toMatchObject({ launched: 0 });
  await seconds(60);
  expect((await tick()).models[0]).toMatchObject({ launched: 1 });
});

test("machines that die once they are ready are two at most for work that is in no queue", async () => {
  lose(10);
  for (let bought = 0; bought < 2; bought += 1) {
    await tick();
    const [id] = await world.alive();
    if (id === undefined) throw new Error("no machine");
    await dieReady(id);
  }
  await seconds(12 * 3600);
  expect(reasons(await tick())).toEqual(["work", "no_messages"]);
});
