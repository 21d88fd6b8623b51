import { expect, test } from "vitest";
import { WorkerWorld } from "./worker-world.ts";

test("an item that was canceled by itself is not begun, and the others of its batch are made", async () => {
  const world = new WorkerWorld();
  await world.cancelItems(1);
  await world.send(3);
  const { left, engine } = world.worker();
  await world.clock.runUntil(left);
  expect(await world.outcomes()).toEqual({ 0: "succeeded", 1: "canceled", 2: "succeeded" });
  expect(engine.submits).toHaveLength(2);
  expect(world.jobs.standard.contents()).toEqual([]);
});

test("an item that runs when it is canceled ends within a heartbeat, and the others go on", async () => {
  const world = new WorkerWorld({ engine: { msPerAudioSecond: 30_000 } });
  await world.send(2);
  const { left } = world.worker();
  await world.clock.advance(100_000);
  await world.cancelItems(0);
  await world.clock.advance(16_000);
  expect(await world.outcomes()).toEqual({ 0: "canceled" });
  await world.clock.runUntil(left);
  expect(await world.outcomes()).toEqual({ 0: "canceled", 1: "succeeded" });
});
