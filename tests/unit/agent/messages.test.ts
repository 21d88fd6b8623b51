import { expect, test, vi } from "vitest";
import { batchKeys } from "../../../shared/contract/records/keys.ts";
import { MemoryQueue } from "../../../simulation/memory/memory-queue.ts";
import { resultWithoutAudio } from "../../../shared/batch/progress/result-without-audio.ts";
import { WorkerWorld, batchId, otherInstanceId } from "./worker-world.ts";

test.each([
  ["no JSON", "{"],
  ["JSON of another kind", '["a", 1]'],
  ["an item of a batch that nobody submitted", JSON.stringify({ batch_id: batchId, index: 0 })],
  ["a later version without an address", JSON.stringify({ v: 9, item: "x" })],
])(
  "a message that is %s is left for the dead-letter queue, without a crash or a busy loop",
  async (_name, body) => {
    let receives = 0;
    const world = new WorkerWorld({
      settings: { idle_exit_seconds: 600 },
      queueFaults: {
        before: (operation) => {
          if (operation === "receive") receives += 1;
        },
      },
    });
    await world.jobs.standard.send([{ body }]);
    const { left } = world.worker();
    expect(await world.clock.runUntil(left)).toBe("idle");
    const [message] = world.jobs.standard.contents();
    // Ten minutes, with a visibility timeout of two.
    expect(message?.receiveCount).toBeLessThanOrEqual(6);
    expect(message?.receiveCount).toBeGreaterThanOrEqual(4);
    expect(receives).toBeLessThan(1_300);
    expect(await world.results()).toEqual([]);
  },
);

test("a malformed message that names an item of a batch ends it as failed", async () => {
  const world = new WorkerWorld();
  await world.writeBatch(3);
  const item = {
    index: 1,
    custom_id: "bridge",
    prompt: "x",
    seed: 1,
    parameters: world.message().parameters,
  };
  await world.store.put(
    batchKeys.items(batchId, 0),
    `${JSON.stringify({ ...item, index: 0 })}\n${JSON.stringify(item)}\n`,
  );
  await world.jobs.fast.send([{ body: JSON.stringify({ ...world.message({ index: 1 }), prompt: 7 }) }]);
  await world.clock.runUntil(world.worker().left);
  expect(await world.results()).toMatchObject([
    { index: 1, custom_id: "bridge", outcome: "failed", error: { code: "malformed_message" } },
  ]);
  expect(world.jobs.fast.contents()).toEqual([]);
});

test("the error of a malformed message has 500 characters at most", async () => {
  const world = new WorkerWorld();
  await world.writeBatch(1);
  await world.store.put(batchKeys.items(batchId, 0), "");
  const unknown = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`field${n}`, n]));
  await world.jobs.fast.send([{ body: JSON.stringify({ ...world.message(), ...unknown }) }]);
  await world.clock.runUntil(world.worker().left);
  const [result] = await world.results();
  expect([result?.error?.code, result?.error?.detail.length]).toEqual(["malformed_message", 500]);
});

test("a malformed message about an index beyond the batch is left for the dead-letter queue", async () => {
  const world = new WorkerWorld();
  await world.writeBatch(3);
  await world.jobs.standard.send([{ body: JSON.stringify({ batch_id: batchId, index: 3 }) }]);
  await world.clock.runUntil(world.worker().left);
  expect(await world.results()).toEqual([]);
  expect(world.jobs.standard.contents()).toHaveLength(1);
});

test("a message for another model is left in the queue", async () => {
  const world = new WorkerWorld();
  await world.send(1, { model: "medium" });
  const { left, engine } = world.worker();
  await world.clock.runUntil(left);
  expect(engine.submits).toEqual([]);
  expect(world.jobs.standard.contents()).toHaveLength(1);
});

test("an item that comes again and has a result is not made again, and the result is sent to fold", async () => {
  const world = new WorkerWorld();
  await world.send(1);
  await world.clock.runUntil(world.worker().left);
  await world.send(1, { resent: true });
  const before = world.told().length;
  const second = world.worker(otherInstanceId);
  await world.clock.runUntil(second.left);
  expect(second.engine.submits).toEqual([]);
  expect(world.jobs.standard.contents()).toEqual([]);
  expect(world.told().slice(before)).toMatchObject([
    { type: "finished", result: { outcome: "succeeded", instance_id: "i-0aaaaaaaaaaaaa001" } },
  ]);
});

test("of two messages of one item that come together, one is made", async () => {
  const world = new WorkerWorld();
  await world.send(2, { index: 5 });
  const { left, engine } = world.worker();
  await world.clock.runUntil(left);
  expect(engine.submits).toHaveLength(1);
  await world.clock.advance(200_000);
  await world.clock.runUntil(world.worker(otherInstanceId).left);
  expect(world.jobs.standard.contents()).toEqual([]);
  expect(await world.audioKeys()).toHaveLength(1);
});

test("a worker whose commit comes second deletes its audio and counts nothing", async () => {
  const world = new WorkerWorld();
  await world.send(1);
  const { left } = world.worker();
  await world.clock.advance(10_000); // in the middle of the clip
  const winner = resultWithoutAudio(world, world.message(), {
    instanceId: otherInstanceId,
    outcome: "canceled",
    error: null,
  });
  await world.store.put(batchKeys.result(batchId, 0), JSON.stringify(winner));
  await world.clock.runUntil(left);
  expect(await world.results()).toEqual([winner]);
  expect(await world.audioKeys()).toEqual([]);
  expect(await world.record()).toMatchObject({ items_finished: 0 });
  expect(world.told().at(-1)).toMatchObject({ type: "finished", result: winner });
  expect(world.jobs.standard.contents()).toEqual([]);
});

test("an item whose time is over is not begun", async () => {
  const world = new WorkerWorld();
  await world.send(1, { expires_at: new Date(world.clock.nowMs() + 1_000).toISOString() });
  const { left, engine } = world.worker();
  await world.clock.runUntil(left);
  expect(engine.submits).toEqual([]);
  expect(await world.outcomes()).toEqual({ 0: "expired" });
});

test("aborting a batch ends its running and waiting clips, and no others", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 30_000 } });
  await world.send(2);
  const { left } = world.worker();
  await world.clock.advance(100_000);
  await world.cancel("abort");
  await world.clock.advance(16_000);
  expect(await world.outcomes()).toEqual({ 0: "canceled", 1: "canceled" });
  await world.clock.runUntil(left);
  expect(world.jobs.standard.contents()).toEqual([]);
  expect(await world.audioKeys()).toEqual([]);
});

test("an abort reaches running clips with a heartbeat: where it beats each second, as in the embedded cloud, 3 s are enough", async () => {
  const settings = { heartbeat_seconds: 1 };
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 30_000 }, settings });
  await world.send(2);
  const { left } = world.worker();
  await world.clock.advance(100_300);
  await world.cancel("abort");
  await world.clock.advance(3_000);
  expect(await world.outcomes()).toEqual({ 0: "canceled", 1: "canceled" });
  await world.clock.runUntil(left);
});

test("canceling a batch with drain finishes its running clips and begins no more", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 30_000 } });
  await world.send(5);
  const { left } = world.worker();
  await world.clock.advance(100_000);
  await world.cancel("drain");
  await world.clock.runUntil(left);
  expect(await world.outcomes()).toEqual({
    0: "succeeded",
    1: "succeeded",
    2: "canceled",
    3: "canceled",
    4: "canceled",
  });
  expect(world.jobs.standard.contents()).toEqual([]);
});

test("only the event that SQS refuses is dropped: the others of its message are sent once", async () => {
  const world = new WorkerWorld();
  await world.writeBatch(3);
  await world.send(3);
  const [, bad] = world.jobs.standard.contents();
  // SQS takes no message of more than 1 MiB, and an id of an old batch may be that long.
  const message = { ...(JSON.parse(bad?.body ?? "") as object), custom_id: "x".repeat(1_100_000) };
  const { left } = world.worker();
  vi.spyOn(world.jobs.standard, "receive").mockImplementationOnce(async (options) => {
    const taken = await MemoryQueue.prototype.receive.call(world.jobs.standard, options);
    return taken.map((one, place) => (place === 1 ? { ...one, body: JSON.stringify(message) } : one));
  });
  expect(await world.clock.runUntil(left)).toBe("idle");
  expect((await world.results()).map(({ outcome }) => outcome)).toEqual([
    "succeeded",
    "succeeded",
    "succeeded",
  ]);
  const finished = world.told().filter(({ type }) => type === "finished");
  expect(finished.map(({ index }) => index)).toEqual([0, 2]);
});
