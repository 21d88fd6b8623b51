import { expect, test } from "vitest";
import type { Faults } from "../../../simulation/memory/faults.ts";
import { PlannedFaults } from "../../../simulation/memory/faults.ts";
import { SeededRandom } from "../../../simulation/memory/seeded-random.ts";
import { QueueError, StoreError } from "../../../shared/ports.ts";
import { WorkerWorld, instanceId, otherInstanceId } from "./worker-world.ts";

const noStore = (): never => {
  throw new StoreError("the store is out", "key", { cause: null });
};
const noQueue = (): never => {
  throw new QueueError("the queue is out");
};

test("a commit whose answer was lost is recognized as this worker's own", async () => {
  const storeFaults = new PlannedFaults().afterNext("create", /results/, noStore);
  const world = new WorkerWorld({ storeFaults });
  await world.send(1);
  const { left, engine } = world.worker();
  await world.clock.runUntil(left);
  expect(storeFaults.left).toBe(0);
  expect(engine.submits).toHaveLength(1);
  expect(await world.outcomes()).toEqual({ 0: "succeeded" });
  expect(await world.audioKeys()).toHaveLength(1);
  expect(await world.record()).toMatchObject({ items_finished: 1 });
});

test("an upload that fails a few times is retried, and the clip is not made twice", async () => {
  const storeFaults = new PlannedFaults()
    .beforeNext("putFile", /audio/, noStore)
    .beforeNext("putFile", /audio/, noStore);
  const world = new WorkerWorld({ storeFaults });
  await world.send(1);
  const { left, engine } = world.worker();
  await world.clock.runUntil(left);
  expect(engine.submits).toHaveLength(1);
  expect(await world.outcomes()).toEqual({ 0: "succeeded" });
});

test("while S3 does not answer, items are released without spending an attempt, and are made afterwards", async () => {
  let isOut = true;
  const world = new WorkerWorld({
    storeFaults: {
      before: (_operation, key) => {
        if (isOut && key.includes("audio")) noStore();
      },
    },
  });
  await world.send(3);
  const { left } = world.worker();
  await world.clock.advance(90_000);
  expect(await world.outcomes()).toEqual({});
  isOut = false;
  await world.clock.runUntil(left);
  expect(await world.outcomes()).toEqual({ 0: "succeeded", 1: "succeeded", 2: "succeeded" });
  expect((await world.results()).map((result) => result.interruptions)).toEqual([0, 0, 0]);
});

test("a worker does not leave as idle when a queue does not answer", async () => {
  let isOut = true;
  const world = new WorkerWorld({
    queueFaults: {
      before: (operation) => {
        if (isOut && operation === "receive") noQueue();
      },
    },
  });
  await world.send(1);
  const { left } = world.worker();
  await world.clock.advance(120_000);
  isOut = false;
  await world.clock.runUntil(left);
  expect(await world.outcomes()).toEqual({ 0: "succeeded" });
});

test("when one tier does not answer, the jobs of the other are kept", async () => {
  const queueFaults = new PlannedFaults().beforeNext("receive", /standard/, noQueue);
  const world = new WorkerWorld({ queueFaults });
  await world.send(1, { index: 4 }, "fast");
  const { left } = world.worker();
  await world.clock.runUntil(left);
  expect(queueFaults.left).toBe(0);
  expect(await world.outcomes()).toEqual({ 4: "succeeded" });
});

test("a lease survives an extension that fails", async () => {
  const queueFaults = new PlannedFaults().beforeNext("extend", /standard/, noQueue);
  const world = new WorkerWorld({
    engine: { msPerAudioSecond: 60_000 },
    settings: { visibility_seconds: 60 },
    queueFaults,
  });
  await world.send(1);
  const { left } = world.worker();
  await world.clock.advance(300_000);
  expect(queueFaults.left).toBe(0);
  expect(world.jobs.standard.contents()[0]).toMatchObject({ visible: false, receiveCount: 1 });
  await world.clock.runUntil(left);
});

test("a worker that lost its lease finishes, and the first commit wins", async () => {
  let isOut = false;
  const world = new WorkerWorld({
    engine: { msPerAudioSecond: 20_000 },
    settings: { visibility_seconds: 60 },
    queueFaults: {
      before: (operation) => {
        if (isOut && operation === "extend") noQueue();
      },
    },
  });
  await world.send(1);
  const first = world.worker();
  await world.clock.advance(10_000);
  isOut = true;
  await world.clock.advance(70_000); // its lease is over
  isOut = false;
  const second = world.worker(otherInstanceId);
  await world.clock.runUntil(Promise.all([first.left, second.left]));
  const [result] = await world.results();
  expect(result?.instance_id).toBe(instanceId);
  expect(await world.audioKeys()).toEqual([result?.audio?.key]);
  expect(world.jobs.standard.contents()).toEqual([]);
});

test("messages whose deletion fails are deleted later", async () => {
  const queueFaults = new PlannedFaults().beforeNext("delete", /standard/, noQueue);
  const world = new WorkerWorld({ queueFaults });
  await world.send(2);
  await world.clock.runUntil(world.worker().left);
  expect(queueFaults.left).toBe(0);
  expect(world.jobs.standard.contents()).toEqual([]);
});

test("a heartbeat that fails does not stop the work", async () => {
  const world = new WorkerWorld({
    storeFaults: {
      before: (operation, key) => {
        if (operation === "put" && key.startsWith("fleet/")) noStore();
      },
    },
  });
  await world.send(2);
  expect(await world.clock.runUntil(world.worker().left)).toBe("idle");
  expect(Object.keys(await world.outcomes())).toHaveLength(2);
});

test("a bug ends the worker with its error, and no item is lost", async () => {
  const world = new WorkerWorld({
    storeFaults: {
      before: (operation) => {
        if (operation === "putFile") throw new TypeError("a bug");
      },
    },
  });
  await world.send(1);
  await expect(world.clock.runUntil(world.worker().left)).rejects.toThrow("a bug");
  expect(world.jobs.standard.contents()).toHaveLength(1);
});

/** Each request fails with a chance of one in ten, before or after it took effect. */
function randomFaults(seed: number, isOver: () => boolean): { store: Faults; queue: Faults } {
  const random = new SeededRandom(seed);
  const maybe = (strike: () => never) => (): void => {
    if (!isOver() && random.next() < 0.1) strike();
  };
  return {
    store: { before: maybe(noStore), after: maybe(noStore) },
    queue: { before: maybe(noQueue), after: maybe(noQueue) },
  };
}

test.each(Array.from({ length: 12 }, (_, seed) => seed))(
  "two workers, every tenth request failing (seed %i): each item gets one result, and its audio is there",
  async (seed) => {
    const state = { isCalm: true };
    const faults = randomFaults(seed, () => state.isCalm);
    const world = new WorkerWorld({
      storeFaults: faults.store,
      queueFaults: faults.queue,
      settings: { visibility_seconds: 40 },
    });
    await world.send(25);
    state.isCalm = false;
    await world.clock.runUntil(Promise.all([world.worker().left, world.worker(otherInstanceId).left]));
    state.isCalm = true;
    // Messages that are still hidden come back, to a worker without faults.
    await world.clock.advance(60_000);
    await world.clock.runUntil(world.worker(otherInstanceId).left);
    const results = await world.results();
    expect(results.map((result) => result.outcome)).toEqual(Array.from({ length: 25 }, () => "succeeded"));
    for (const result of results) expect(await world.store.exists(result.audio?.key ?? "")).toBe(true);
    expect(world.jobs.standard.contents()).toEqual([]);
  },
);
