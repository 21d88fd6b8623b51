import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { batchKeys, fleetKeys, reuseKeys } from "../../../shared/contract/records/keys.ts";
import { WorkerWorld, batchId, instanceId, otherInstanceId } from "./worker-world.ts";

test("every item of the queue becomes one result with its audio, and the queue is empty", async () => {
  const world = new WorkerWorld();
  await world.send(7);
  const { left } = world.worker();
  expect(await world.clock.runUntil(left)).toBe("idle");
  expect(await world.outcomes()).toEqual({
    0: "succeeded",
    1: "succeeded",
    2: "succeeded",
    3: "succeeded",
    4: "succeeded",
    5: "succeeded",
    6: "succeeded",
  });
  expect(world.jobs.standard.contents()).toEqual([]);
  expect(await world.audioKeys()).toHaveLength(7);
});

test("a result names audio that exists, and what it was made with", async () => {
  const world = new WorkerWorld();
  await world.send(1, { custom_id: "intro", seed: 99 });
  await world.clock.runUntil(world.worker().left);
  const [result] = await world.results();
  expect(result).toMatchObject({
    outcome: "succeeded",
    custom_id: "intro",
    instance_id: instanceId,
    interruptions: 0,
    audio: { format: "wav", duration_seconds: 10, sample_rate: 32_000 },
    provenance: { model: "tiny-random", revision: "0123456789ab", dtype: "float32", seed: 99 },
  });
  const audio = await world.store.get(result?.audio?.key ?? "");
  expect(audio?.body).toMatch(/from seed 99$/);
});

test("the machine's disk is empty again when the clips are uploaded", async () => {
  const world = new WorkerWorld();
  await world.send(3);
  await world.clock.runUntil(world.worker().left);
  expect(readdirSync(world.folder)).toEqual([]);
});

test("the start, the newest step and the end are sent to fold", async () => {
  const world = new WorkerWorld({ settings: { heartbeat_seconds: 4 } });
  await world.send(1);
  await world.clock.runUntil(world.worker().left);
  const told = world.told();
  expect(told.map((event) => event.type)).toEqual(["started", "advanced", "advanced", "finished"]);
  const attempts = new Set(told.flatMap((event) => ("attempt" in event ? [event.attempt] : [])));
  expect(attempts.size).toBe(1);
});

test("a message is deleted only after its result is written", async () => {
  const order: string[] = [];
  const note = (operation: string, key: string): void => {
    if (operation === "delete" || key.includes("/results/"))
      order.push(`${operation} ${key.split("/")[0] ?? ""}`);
  };
  const world = new WorkerWorld({ storeFaults: { after: note }, queueFaults: { before: note } });
  await world.send(1);
  await world.clock.runUntil(world.worker().left);
  expect(order).toEqual(["create batches", "delete standard"]);
});

test("the fast tier is made before standard work that came earlier", async () => {
  const world = new WorkerWorld({ engine: { slots: 1 } });
  await world.send(4);
  await world.send(1, { index: 9, speed: "fast" }, "fast");
  const { left, engine } = world.worker();
  await world.clock.runUntil(left);
  expect(engine.submits[0]?.id).toMatch(/_9$/);
});

test.each<[slots: number, taken: number]>([
  [4, 5],
  [32, 40],
])(
  "a worker with %d slots takes %d messages, so that a slot that becomes free is filled at once",
  async (slots, taken) => {
    const world = new WorkerWorld({ engine: { slots } });
    await world.send(100);
    const { left } = world.worker();
    await world.clock.advance(10_000);
    expect(await world.jobs.standard.depth()).toEqual({ visible: 100 - taken, inFlight: taken });
    await world.clock.runUntil(left);
  },
);

test("an idle worker polls both tiers once more, says in its heartbeat that it leaves, and leaves", async () => {
  const world = new WorkerWorld({ settings: { idle_exit_seconds: 15 } });
  const startMs = world.clock.nowMs();
  expect(await world.clock.runUntil(world.worker().left)).toBe("idle");
  const seconds = (world.clock.nowMs() - startMs) / 1000;
  expect(seconds).toBeGreaterThanOrEqual(5 + 15);
  expect(seconds).toBeLessThan(5 + 15 + 8);
  expect(await world.record()).toMatchObject({ state: "leaving", reason: "idle", items_running: 0 });
});

test("messages_received counts messages of items that have a result already", async () => {
  const idle = new WorkerWorld();
  await idle.clock.runUntil(idle.worker().left);
  expect(await idle.record()).toMatchObject({ reason: "idle", messages_received: 0 });
  const world = new WorkerWorld();
  await world.send(2);
  await world.clock.runUntil(world.worker().left);
  // Two messages of items that are made already.
  await world.send(2);
  await world.clock.runUntil(world.worker().left);
  expect(await world.record()).toMatchObject({ items_finished: 0, messages_received: 2 });
});

test("messages_received does not count a message for another model", async () => {
  const world = new WorkerWorld();
  await world.send(1, { model: "another" });
  await world.clock.runUntil(world.worker().left);
  expect(await world.record()).toMatchObject({ reason: "idle", messages_received: 0 });
});

test("a worker that is idle stays when work comes", async () => {
  const world = new WorkerWorld();
  const { left } = world.worker();
  await world.clock.advance(15_000);
  await world.send(1);
  await world.clock.runUntil(left);
  expect(await world.outcomes()).toEqual({ 0: "succeeded" });
});

test("a worker is booting until the model is loaded, then busy, and its heartbeat adds up", async () => {
  const world = new WorkerWorld({ engine: { loadMs: 60_000 } });
  await world.send(2);
  const { left } = world.worker();
  await world.clock.advance(30_000);
  const loading = { state: "booting", ready_at: null, slots: 0, boot: { imports_seconds: null } };
  expect(await world.record()).toMatchObject(loading);
  await world.clock.advance(36_000);
  expect(await world.record()).toMatchObject({ state: "busy", slots: 2, items_running: 2, idle_since: null });
  expect(await world.record()).toMatchObject({ boot: { imports_seconds: 60 } });
  await world.clock.runUntil(left);
  expect(await world.record()).toMatchObject({
    items_finished: 2,
    audio_seconds_made: 20,
    // Side by side, ten seconds each, and the fake engine's last step.
    gpu_seconds_by_batch: { [batchId]: 10.06 },
  });
});

test.each([
  ["what its engine measured by finished clips", 60, 2],
  ["no measured pace while too few clips are finished", 5, null],
])("a heartbeat has %s, and the engine's guess apart from it", async (_name, clips, pace) => {
  const world = new WorkerWorld({ engine: { guessedPace: 14 } });
  await world.send(clips);
  await world.clock.runUntil(world.worker().left);
  expect(await world.record()).toMatchObject({
    audio_seconds_per_second: pace,
    guessed_audio_seconds_per_second: 14,
  });
});

test("a lease is extended until its clip is committed, however long that takes", async () => {
  const world = new WorkerWorld({
    engine: { msPerAudioSecond: 60_000 },
    settings: { visibility_seconds: 30 },
  });
  await world.send(1);
  const { left } = world.worker();
  for (let minute = 0; minute < 9; minute += 1) {
    await world.clock.advance(60_000);
    expect(world.jobs.standard.contents()[0]).toMatchObject({ visible: false, receiveCount: 1 });
  }
  await world.clock.runUntil(left);
  expect(await world.outcomes()).toEqual({ 0: "succeeded" });
});

test("two workers share a queue, and no item is made twice", async () => {
  const world = new WorkerWorld();
  await world.send(40);
  const first = world.worker();
  const second = world.worker(otherInstanceId);
  await world.clock.runUntil(Promise.all([first.left, second.left]));
  expect(Object.keys(await world.outcomes())).toHaveLength(40);
  const submits = [...first.engine.submits, ...second.engine.submits].map(({ id }) => id);
  expect(new Set(submits).size).toBe(40);
  expect(submits).toHaveLength(40);
  expect(first.engine.submits.length).toBeGreaterThan(10);
});

test("a worker that boots under a closed latch never starts its engine", async () => {
  const world = new WorkerWorld();
  await world.send(1);
  await world.closeLatch();
  const { left, engine } = world.worker();
  expect(await world.clock.runUntil(left)).toBe("stopped");
  expect(engine.sessions).toHaveLength(0);
  expect(world.jobs.standard.contents()[0]).toMatchObject({ visible: true, receiveCount: 0 });
  expect(await world.record()).toMatchObject({ state: "leaving", reason: "stopped" });
});

test("a batch that is made leaves results and audio in the bucket, and beside them what its worker is", async () => {
  const world = new WorkerWorld();
  await world.send(2);
  await world.clock.runUntil(world.worker().left);
  const { objects } = await world.store.list("");
  expect(objects.map(({ key }) => key.replace(/-\d+\.wav$/, "-N.wav"))).toEqual([
    `${batchKeys.prefix(batchId)}audio/0-N.wav`,
    `${batchKeys.prefix(batchId)}audio/1-N.wav`,
    batchKeys.result(batchId, 0),
    batchKeys.result(batchId, 1),
    fleetKeys.worker(instanceId),
    reuseKeys.maker("tiny-random"),
  ]);
  expect(existsSync(world.folder)).toBe(true);
});
