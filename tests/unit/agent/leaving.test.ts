import { expect, onTestFinished, test, vi } from "vitest";
import { batchKeys, fleetKeys } from "../../../shared/contract/records/keys.ts";
import { attemptsRecordSchema } from "../../../shared/contract/records/batch-records.ts";
import { defaultParameters } from "../../../shared/contract/api/parameters.ts";
import { orderDrain } from "../../../shared/fleet/machines/drain.ts";
import { readRecord } from "../../../shared/records/records.ts";
import { MetadataError } from "../../../worker/agent/ports.ts";
import { Timesheet } from "../../../worker/agent/jobs/timesheet.ts";
import { WorkerWorld, batchId, instanceId, otherInstanceId } from "./worker-world.ts";

/** EC2's notice, two minutes ahead. */
function interrupt(world: WorkerWorld, seconds = 120): number {
  const atMs = world.clock.nowMs() + seconds * 1000;
  world.metadata.notice = { action: "terminate", atMs };
  return atMs;
}

test("clips that end within the notice are finished, and no other is begun", async () => {
  const world = new WorkerWorld();
  await world.send(10);
  const { left, engine } = world.worker();
  await world.clock.advance(8_000); // two clips are three seconds into their ten
  interrupt(world);
  expect(await world.clock.runUntil(left)).toBe("interruption");
  expect(await world.outcomes()).toEqual({ 0: "succeeded", 1: "succeeded" });
  const rest = world.jobs.standard.contents();
  expect(rest).toHaveLength(8);
  expect(rest.every((message) => message.visible)).toBe(true);
  expect(engine.submits.length).toBeLessThanOrEqual(3);
});

test("a clip that is too long for the notice is saved and released at once, and another worker resumes it", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 60_000 } });
  await world.send(1);
  const first = world.worker();
  await world.clock.advance(65_000);
  const endMs = interrupt(world);
  await world.clock.advance(110_000);
  expect(world.clock.nowMs()).toBeLessThan(endMs);
  expect(world.jobs.standard.contents()[0]).toMatchObject({ visible: true, receiveCount: 1 });
  expect(await world.store.exists(batchKeys.checkpoint(batchId, 0))).toBe(true);
  await world.clock.runUntil(first.left);
  expect(world.told().map((event) => event.type)).toContain("released");
  expect((await world.record())?.gpu_seconds_by_batch).toEqual({ [batchId]: 151.25 });

  world.metadata.notice = null;
  const second = world.worker(otherInstanceId);
  await world.clock.runUntil(second.left);
  expect(second.engine.submits[0]?.resume).not.toBeNull();
  const [result] = await world.results();
  // 503 steps are ten seconds: none was made twice.
  const made = { outcome: "succeeded", interruptions: 1, steps: 503, instance_id: otherInstanceId };
  expect(result).toMatchObject(made);
  expect(await world.store.exists(batchKeys.checkpoint(batchId, 0))).toBe(false);
});

test("an interruption spends no attempt", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 60_000 } });
  await world.send(1);
  const { left } = world.worker();
  await world.clock.advance(65_000);
  interrupt(world);
  await world.clock.runUntil(left);
  const attempts = await readRecord(world.store, batchKeys.attempts(batchId, 0), attemptsRecordSchema);
  expect(attempts?.value).toMatchObject({ failures: [], interruptions: 1, interrupted_steps: 100 });
});

/** So many machines one after the other, each interrupted after it made a second of the clip. */
async function interruptInTurn(world: WorkerWorld, times: number): Promise<void> {
  for (let round = 0; round < times; round += 1) {
    world.metadata.notice = null;
    const { left } = world.worker();
    await world.clock.advance(66_000);
    interrupt(world, 1);
    await world.clock.runUntil(left);
  }
  world.metadata.notice = null;
}

test("a clip that is interrupted twenty times is made, and no step is made twice", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 60_000 } });
  await world.send(1, { parameters: { ...defaultParameters, duration_seconds: 30 } });
  await interruptInTurn(world, 20);
  await world.clock.runUntil(world.worker().left);
  const [result] = await world.results();
  expect(result).toMatchObject({ outcome: "succeeded", interruptions: 20, steps: 1503 });
});

test("a clip that is interrupted a 21st time fails with interruption_limit", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 60_000 } });
  await world.send(1, { parameters: { ...defaultParameters, duration_seconds: 30 } });
  await interruptInTurn(world, 21);
  const [result] = await world.results();
  expect(result).toMatchObject({
    outcome: "failed",
    error: { code: "interruption_limit", detail: "its attempts were interrupted 21 times" },
    interruptions: 21,
    steps: 21 * 50,
  });
  expect(world.jobs.standard.contents()).toEqual([]);
  expect(await world.store.exists(batchKeys.checkpoint(batchId, 0))).toBe(false);
});

test("in its first hour an interrupted worker waits for EC2, which then bills nothing", async () => {
  const world = new WorkerWorld({ settings: { idle_exit_seconds: 7_200 } });
  const { left, agent } = world.worker();
  await world.clock.advance(3_000_000);
  const endMs = interrupt(world);
  await world.clock.advance(119_000);
  expect(await world.record()).toMatchObject({ state: "leaving", reason: "interruption" });
  expect(await isOver(left)).toBe(false);
  // SIGTERM ends the wait.
  agent.leave({ reason: "signal" });
  await world.clock.runUntil(left);
  expect(world.clock.nowMs()).toBeLessThanOrEqual(endMs);
});

test("with waits_to_be_taken off, an interrupted worker leaves as soon as it has nothing in hand", async () => {
  const world = new WorkerWorld({ settings: { idle_exit_seconds: 7_200, waits_to_be_taken: false } });
  const { left } = world.worker();
  await world.clock.advance(3_000_000);
  const endMs = interrupt(world);
  await world.clock.runUntil(left);
  expect(world.clock.nowMs()).toBeLessThan(endMs - 100_000);
});

test("after its first hour an interrupted worker leaves as soon as it has nothing in hand", async () => {
  const world = new WorkerWorld({ settings: { idle_exit_seconds: 7_200 } });
  const { left } = world.worker();
  await world.clock.advance(3_700_000);
  const endMs = interrupt(world);
  await world.clock.runUntil(left);
  expect(world.clock.nowMs()).toBeLessThan(endMs - 100_000);
});

test("a rebalance recommendation is advice: the worker reports it and goes on", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 10_000 } });
  await world.send(5);
  const { left } = world.worker();
  await world.clock.advance(70_000);
  world.metadata.rebalanceMs = world.clock.nowMs();
  const at = new Date(world.clock.nowMs()).toISOString();
  await world.clock.advance(30_000);
  expect(await world.record()).toMatchObject({ state: "busy", reason: null, rebalance_at: at });
  expect(await world.clock.runUntil(left)).toBe("idle");
  expect(Object.values(await world.outcomes())).toEqual(Array.from({ length: 5 }, () => "succeeded"));
});

test("a worker that is ordered to drain for a rebalance finishes its running clips and releases the rest", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 60_000 } });
  await world.send(5);
  const { left } = world.worker();
  await world.clock.advance(70_000);
  await orderDrain(world, instanceId, { reason: "rebalance", detail: "EC2 may take it" });
  expect(await world.clock.runUntil(left)).toBe("rebalance");
  expect(await world.outcomes()).toEqual({ 0: "succeeded", 1: "succeeded" });
  expect(world.jobs.standard.contents().filter((message) => message.visible)).toHaveLength(3);
});

test("a worker whose zone is too dear finishes its running clips, releases the rest and leaves", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 60_000 } });
  await world.send(5);
  const { left } = world.worker();
  await world.clock.advance(70_000);
  await orderDrain(world, instanceId, { reason: "price", detail: "the zone is dear" });
  await world.clock.advance(16_000);
  expect(await world.record()).toMatchObject({ state: "draining", reason: "price" });
  expect(await world.clock.runUntil(left)).toBe("price");
  expect(await world.outcomes()).toEqual({ 0: "succeeded", 1: "succeeded" });
  expect(world.jobs.standard.contents().filter((message) => message.visible)).toHaveLength(3);
});

test("a worker that a budget no longer pays for finishes what it can within the minute, and saves the rest", async () => {
  // At the order one clip has half a minute to go, the other four minutes.
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 10_000 } });
  const lasting = (seconds: number) => ({ parameters: { ...defaultParameters, duration_seconds: seconds } });
  await world.send(1, lasting(10));
  await world.send(1, { index: 1, ...lasting(30) });
  const { left } = world.worker();
  await world.clock.advance(70_000);
  await orderDrain(world, instanceId, {
    reason: "budget_day",
    detail: "nothing is left of it",
    within_seconds: 60,
  });
  const orderedMs = world.clock.nowMs();
  expect(await world.clock.runUntil(left)).toBe("budget_day");
  expect(world.clock.nowMs() - orderedMs).toBeLessThan(75_000);
  expect(await world.outcomes()).toEqual({ 0: "succeeded" });
  expect(world.jobs.standard.contents()).toMatchObject([{ visible: true }]);
  expect(await world.store.exists(batchKeys.checkpoint(batchId, 1))).toBe(true);
  expect(await world.record()).toMatchObject({ state: "leaving", reason: "budget_day" });
});

test("a worker that is told to leave while it boots never starts its engine", async () => {
  const world = new WorkerWorld();
  await orderDrain(world, instanceId, { reason: "price", detail: "the zone is dear" });
  const { left, engine } = world.worker();
  expect(await world.clock.runUntil(left)).toBe("price");
  expect(engine.sessions).toEqual([]);
  expect(await world.record()).toMatchObject({ state: "leaving", reason: "price", ready_at: null });
});

test("an interruption that the metadata service does not report reaches the worker through the bucket", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 60_000 } });
  await world.send(1);
  const { left } = world.worker();
  world.metadata.interruption = () => Promise.reject(new MetadataError("no answer"));
  await world.clock.advance(70_000);
  const endsAt = new Date(world.clock.nowMs() + 120_000).toISOString();
  await orderDrain(world, instanceId, { reason: "interruption", detail: "EC2", ends_at: endsAt });
  await world.clock.advance(118_000);
  expect(world.jobs.standard.contents()[0]).toMatchObject({ visible: true });
  expect(await world.store.exists(batchKeys.checkpoint(batchId, 0))).toBe(true);
  expect(await world.clock.runUntil(left)).toBe("interruption");
});

test("a drain order that cannot be read is told in the log, and hides no stop", async () => {
  const world = new WorkerWorld();
  await world.send(1);
  await world.store.put(fleetKeys.drain(instanceId), '{"v":2}');
  const { left } = world.worker();
  await world.clock.advance(20_000);
  expect(world.log.entries).toContainEqual(
    expect.objectContaining({ level: "warn", message: "could not read the latch and the drain order" }),
  );
  await world.closeLatch();
  expect(await world.clock.runUntil(left)).toBe("stopped");
});

test("an interruption during a rebalance shortens the drain", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 60_000 } });
  await world.send(1);
  const { left } = world.worker();
  await world.clock.advance(70_000);
  await orderDrain(world, instanceId, { reason: "rebalance", detail: "EC2 may take it" });
  await world.clock.advance(16_000);
  expect(await world.record()).toMatchObject({ state: "draining", reason: "rebalance" });
  interrupt(world);
  expect(await world.clock.runUntil(left)).toBe("interruption");
  expect(await world.outcomes()).toEqual({});
  expect(world.jobs.standard.contents()[0]).toMatchObject({ visible: true });
});

test("after SIGTERM a worker releases within 80 s what it cannot finish", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 60_000 } });
  await world.send(1);
  const { left, agent } = world.worker();
  await world.clock.advance(70_000);
  const startMs = world.clock.nowMs();
  agent.leave({ reason: "signal" });
  expect(await world.clock.runUntil(left)).toBe("signal");
  expect(world.clock.nowMs() - startMs).toBeLessThan(80_000);
  expect(world.jobs.standard.contents()[0]).toMatchObject({ visible: true });
});

test("a closed latch ends a worker within a heartbeat, and its messages stay queued", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 60_000 } });
  await world.send(4);
  const { left } = world.worker();
  await world.clock.advance(70_000);
  await world.closeLatch();
  const startMs = world.clock.nowMs();
  expect(await world.clock.runUntil(left)).toBe("stopped");
  expect(world.clock.nowMs() - startMs).toBeLessThan(20_000);
  const kept = world.jobs.standard.contents();
  expect(kept).toHaveLength(4);
  expect(kept.every((message) => message.visible)).toBe(true);
});

test("at the end of its lifetime a worker receives nothing new, finishes and leaves in time", async () => {
  const world = new WorkerWorld({ settings: { max_lifetime_seconds: 3600 } });
  await world.send(2_000);
  const startMs = world.clock.nowMs();
  const { left } = world.worker();
  expect(await world.clock.runUntil(left)).toBe("max_lifetime");
  const seconds = (world.clock.nowMs() - startMs) / 1000;
  expect(seconds).toBeGreaterThan(3600 - 310);
  expect(seconds).toBeLessThan(3600 - 60);
  expect(world.jobs.standard.contents().every((message) => message.visible)).toBe(true);
});

test.each([130, 220, 900])(
  "a machine that took %i s to boot has finished or released everything a minute before the time in its tag",
  async (bootSeconds) => {
    const world = new WorkerWorld({
      engine: { msPerAudioSecond: 60_000 },
      settings: { max_lifetime_seconds: 1500 },
    });
    await world.send(5);
    const startMs = world.clock.nowMs();
    const { left } = world.worker(instanceId, 1500 - bootSeconds);
    expect(await world.clock.runUntil(left)).toBe("max_lifetime");
    expect((world.clock.nowMs() - startMs) / 1000).toBeLessThanOrEqual(1500 - bootSeconds - 60);
    const ended = Object.keys(await world.outcomes()).length;
    const given = world.jobs.standard.contents();
    expect(given.every((message) => message.visible)).toBe(true);
    expect(ended + given.length).toBe(5);
  },
);

test("an engine that does not answer the drain is killed, and its items are released", async () => {
  const world = new WorkerWorld({ engine: { mishap: () => ({ kind: "hangs" }) } });
  await world.send(1);
  const { left } = world.worker();
  await world.clock.advance(8_000);
  const endMs = interrupt(world);
  await world.clock.advance(112_000);
  expect(world.clock.nowMs()).toBeLessThan(endMs);
  expect(world.jobs.standard.contents()[0]).toMatchObject({ visible: true });
  await world.clock.runUntil(left);
});

test("a worker that leaves during a long poll releases the messages that the poll returns", async () => {
  const world = new WorkerWorld();
  const { left, agent } = world.worker();
  await world.clock.advance(5_500); // its first poll is waiting
  agent.leave({ reason: "signal" });
  await world.send(1);
  await world.clock.runUntil(left);
  expect(world.jobs.standard.contents()[0]).toMatchObject({ visible: true });
  expect(await world.outcomes()).toEqual({});
});

async function isOver(work: Promise<unknown>): Promise<boolean> {
  return Promise.race([work.then(() => true), new Promise<false>((resolve) => setImmediate(resolve, false))]);
}

test("a worker that has worked for 5,000 batches finishes what it has and leaves", async () => {
  const world = new WorkerWorld({ settings: { idle_exit_seconds: 3600 } });
  const { left } = world.worker();
  await world.clock.advance(300_000);
  expect((await world.record())?.state).toBe("idle");
  const batches = Array.from({ length: 5000 }, (_, index) => [`batch_${index}`, 1] as const);
  vi.spyOn(Timesheet.prototype, "told").mockReturnValue({
    gpu_seconds_by_batch: Object.fromEntries(batches),
    idle_seconds: 0,
    interrupted_seconds: 0,
  });
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  await world.send(1);
  expect(await world.clock.runUntil(left)).toBe("max_lifetime");
  expect(await world.outcomes()).toEqual({ 0: "succeeded" });
});
