import { expect, test } from "vitest";
import { attemptsRecordSchema } from "../../../shared/contract/records/batch-records.ts";
import { batchKeys } from "../../../shared/contract/records/keys.ts";
import { readRecord } from "../../../shared/records/records.ts";
import type { Mishap } from "./fake-engine.ts";
import { WorkerWorld, batchId, otherInstanceId } from "./worker-world.ts";

const deadly: Mishap = { kind: "kills the process" };
const isItem = (id: string, index: number): boolean => id.endsWith(`_${index}`);

async function attemptsOf(world: WorkerWorld, index: number) {
  return (await readRecord(world.store, batchKeys.attempts(batchId, index), attemptsRecordSchema))?.value;
}

test("an engine that dies once is restarted, and every clip is made once", async () => {
  let deaths = 0;
  const world = new WorkerWorld({
    engine: { mishap: ({ id }) => (isItem(id, 3) && deaths++ === 0 ? deadly : null) },
  });
  await world.send(8);
  const { left, engine } = world.worker();
  expect(await world.clock.runUntil(left)).toBe("idle");
  expect(engine.sessions).toHaveLength(2);
  expect(Object.values(await world.outcomes())).toEqual(Array.from({ length: 8 }, () => "succeeded"));
  expect(await world.audioKeys()).toHaveLength(8);
});

test("the worker's log has the engine's reason for not starting", async () => {
  const startFailure = {
    type: "failed_to_start",
    code: "bad_model",
    detail: "expected a config.json in /models/small",
  } as const;
  const world = new WorkerWorld({ engine: { startFailure } });
  expect(await world.clock.runUntil(world.worker().left)).toBe("unhealthy");
  expect(world.log.entries).toContainEqual(
    expect.objectContaining({
      message: "the engine died",
      fields: { detail: "exit status 2", deathsInARow: 2, startFailure },
    }),
  );
});

test("when an engine with several clips dies, none is blamed: it counts as an interruption", async () => {
  let deaths = 0;
  const world = new WorkerWorld({
    engine: { slots: 4, mishap: ({ id }) => (isItem(id, 1) && deaths++ === 0 ? deadly : null) },
  });
  await world.send(4);
  await world.clock.runUntil(world.worker().left);
  const results = await world.results();
  expect(results.map((result) => result.interruptions)).toEqual([1, 1, 1, 1]);
  expect(await attemptsOf(world, 1)).toMatchObject({ failures: [], interruptions: 1 });
});

test("steps that are lost with a dead engine are counted, and made again", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 10_000 } });
  await world.send(2);
  const { left, engine } = world.worker();
  await world.clock.advance(46_000); // each has made four of its ten seconds, and has told so each second
  engine.sessions[0]?.kill();
  await world.clock.runUntil(left);
  const results = await world.results();
  expect(results.map(({ interruptions, steps }) => [interruptions, steps])).toEqual([
    [1, 150 + 503],
    [1, 150 + 503],
  ]);
});

test("an item that always kills the engine fails alone, and no other item with it", async () => {
  const world = new WorkerWorld({
    engine: { slots: 4, mishap: ({ id }) => (isItem(id, 2) ? deadly : null) },
  });
  await world.send(12);
  // A worker whose engine died twice in a row leaves; the fleet would send the next one.
  for (let workers = 0; world.jobs.standard.contents().length > 0; workers += 1) {
    expect(workers).toBeLessThan(6);
    await world.clock.runUntil(world.worker(workers % 2 === 0 ? undefined : otherInstanceId).left);
    await world.clock.advance(10_000);
  }
  const outcomes = await world.outcomes();
  expect(outcomes[2]).toBe("failed");
  expect(Object.values(outcomes).filter((outcome) => outcome === "succeeded")).toHaveLength(11);
  const failed = (await world.results()).find((result) => result.index === 2);
  expect(failed?.error?.code).toBe("too_many_failures");
});

test("an engine that dies twice without a finished clip makes the worker leave as unhealthy", async () => {
  const world = new WorkerWorld({ engine: { mishap: () => deadly } });
  await world.send(3);
  const { left, engine } = world.worker();
  expect(await world.clock.runUntil(left)).toBe("unhealthy");
  expect(engine.sessions).toHaveLength(2);
  expect(await world.record()).toMatchObject({ state: "leaving", reason: "unhealthy" });
  await world.clock.advance(10_000);
  expect(world.jobs.standard.contents().every((message) => message.visible)).toBe(true);
});

test("an engine that dies now and then, but finishes clips in between, is restarted each time", async () => {
  const died = new Set<string>();
  const world = new WorkerWorld({
    engine: {
      slots: 1,
      mishap: ({ id }) =>
        [2, 5, 8, 11].some((index) => isItem(id, index)) && !died.has(id) ? (died.add(id), deadly) : null,
    },
  });
  await world.send(14);
  const { left, engine } = world.worker();
  expect(await world.clock.runUntil(left)).toBe("idle");
  expect(engine.sessions).toHaveLength(5);
  expect(Object.values(await world.outcomes())).toEqual(Array.from({ length: 14 }, () => "succeeded"));
});

test("a worker whose engine never becomes ready leaves, and has received nothing", async () => {
  const world = new WorkerWorld({ engine: { diesLoading: () => true } });
  await world.send(1);
  expect(await world.clock.runUntil(world.worker().left)).toBe("unhealthy");
  expect(world.jobs.standard.contents()[0]).toMatchObject({ receiveCount: 0 });
  expect(await world.record()).toMatchObject({ ready_at: null });
});

test("an engine that hangs with work is killed and restarted", async () => {
  let hangs = 0;
  const world = new WorkerWorld({
    engine: { mishap: () => (hangs++ === 0 ? { kind: "hangs" } : null) },
  });
  await world.send(1);
  const { left, engine } = world.worker();
  expect(await world.clock.runUntil(left)).toBe("idle");
  expect(engine.sessions).toHaveLength(2);
  expect(await world.outcomes()).toEqual({ 0: "succeeded" });
});

test("a retryable failure is tried three times at most", async () => {
  const world = new WorkerWorld({
    engine: {
      mishap: ({ id }) => (isItem(id, 0) ? { kind: "fails", code: "internal", retryable: true } : null),
    },
  });
  await world.send(2);
  const { left, engine } = world.worker();
  await world.clock.runUntil(left);
  expect(engine.submits.filter(({ id }) => isItem(id, 0))).toHaveLength(3);
  const [bad, good] = await world.results();
  expect(bad).toMatchObject({ outcome: "failed", audio: null, error: { code: "too_many_failures" } });
  expect(good).toMatchObject({ outcome: "succeeded" });
  expect((await attemptsOf(world, 0))?.failures.map(({ code }) => code)).toEqual([
    "internal",
    "internal",
    "internal",
  ]);
});

test.each([
  ["numeric", "numeric"],
  ["bad_request", "bad_request"],
  ["internal", "engine_error"],
] as const)("a failure for good (%s) ends the item at once", async (code, told) => {
  const world = new WorkerWorld({ engine: { mishap: () => ({ kind: "fails", code, retryable: false }) } });
  await world.send(1);
  const { left, engine } = world.worker();
  await world.clock.runUntil(left);
  expect(engine.submits).toHaveLength(1);
  expect((await world.results())[0]).toMatchObject({ outcome: "failed", error: { code: told } });
  expect(world.jobs.standard.contents()).toEqual([]);
});

test("a checkpoint that the engine refuses is deleted, and the clip is made from the beginning", async () => {
  const world = new WorkerWorld({
    engine: {
      mishap: ({ resume }) =>
        resume === null ? null : { kind: "fails", code: "bad_request", retryable: false },
    },
  });
  await world.store.put(batchKeys.checkpoint(batchId, 0), "codes of another model");
  const attempts = { v: 1, failures: [], interruptions: 1, interrupted_steps: 50, spent: [] };
  await world.store.put(batchKeys.attempts(batchId, 0), JSON.stringify(attempts));
  await world.send(1, { resent: true });
  const { left, engine } = world.worker();
  await world.clock.runUntil(left);
  expect(engine.submits.map(({ resume }) => resume === null)).toEqual([false, true]);
  expect(await world.outcomes()).toEqual({ 0: "succeeded" });
});
