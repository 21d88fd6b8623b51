/** What a worker does with a batch whose budget is spent. */
import { expect, test } from "vitest";
import { batchIdOf } from "../../../shared/contract/ids.ts";
import { WorkerWorld, batchId, otherInstanceId } from "./worker-world.ts";

const otherBatch = batchIdOf("01JZZZZZZZZZZZZZZZZZZZZZZA");
const setAside = (world: WorkerWorld): number[] =>
  world.told().flatMap(({ type, index }) => (type === "set_aside" ? [index] : []));

test("its begun items are finished, the rest is set aside, and the worker leaves", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 30_000 } });
  await world.send(5);
  const { left } = world.worker();
  await world.clock.advance(100_000);
  await world.hold();
  expect(await world.clock.runUntil(left)).toBe("idle");
  expect(await world.outcomes()).toEqual({ 0: "succeeded", 1: "succeeded" });
  expect(setAside(world).sort()).toEqual([2, 3, 4]);
  expect(world.jobs.standard.contents()).toEqual([]);
});

test("its items leave the queue, so that the items behind them are made", async () => {
  const world = new WorkerWorld();
  await world.hold();
  await world.send(60);
  await world.send(2, { batch_id: otherBatch });
  const { left, engine } = world.worker();
  await world.clock.runUntil(left);
  expect(engine.submits).toHaveLength(2);
  expect(await world.outcomes(otherBatch)).toEqual({ 0: "succeeded", 1: "succeeded" });
  expect(setAside(world)).toHaveLength(60);
  expect(world.jobs.standard.contents()).toEqual([]);
});

test("an item that was set aside is made when it is sent again and the batch goes on", async () => {
  const world = new WorkerWorld();
  await world.hold();
  await world.send(1);
  await world.clock.runUntil(world.worker().left);
  await world.goOn();
  await world.send(1, { resent: true });
  await world.clock.runUntil(world.worker(otherInstanceId).left);
  expect(await world.outcomes()).toEqual({ 0: "succeeded" });
});

test.each(["drain", "abort"] as const)("a held batch that is canceled (%s) ends as canceled", async (how) => {
  const world = new WorkerWorld();
  await world.hold({ cancel: how });
  await world.send(2);
  await world.clock.runUntil(world.worker().left);
  expect(await world.outcomes()).toEqual({ 0: "canceled", 1: "canceled" });
});

test("its item whose time is over expires", async () => {
  const world = new WorkerWorld();
  await world.hold();
  await world.send(1, { expires_at: new Date(world.clock.nowMs() + 1_000).toISOString(), batch_id: batchId });
  await world.clock.runUntil(world.worker().left);
  expect(await world.outcomes()).toEqual({ 0: "expired" });
});
