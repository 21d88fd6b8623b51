/** A worker that cannot start says why before it leaves: in its heartbeat, or else on its console. */
import { describe, expect, test } from "vitest";
import { fleetKeys } from "../../../shared/contract/records/keys.ts";
import type { Faults } from "../../../simulation/memory/faults.ts";
import { QueueError, StoreError } from "../../../shared/ports.ts";
import { instanceId, WorkerWorld } from "./worker-world.ts";

const accessDenied = (key: string): StoreError =>
  new StoreError(`could not put ${key}: AccessDenied: no`, key, { isRefusal: true });
const noStoreUntil = (isOver: () => boolean, error = accessDenied): Faults => ({
  before: (operation, key) => {
    if (operation === "put" && !isOver()) throw error(key);
  },
});
const consoleOf = (world: WorkerWorld) =>
  world.log.entries.filter(({ message }) => message === "failed to start").map(({ fields }) => fields);

describe("the engine", () => {
  test("says why it cannot start, and the heartbeat reports it", async () => {
    const startFailure = {
      type: "failed_to_start",
      code: "model_not_found",
      detail: "there is no facebook/musicgen-smal on the hub",
    } as const;
    const world = new WorkerWorld({ engine: { startFailure } });
    expect(await world.clock.runUntil(world.worker().left)).toBe("unhealthy");
    const failure = { code: "model_not_found", detail: "there is no facebook/musicgen-smal on the hub" };
    expect(await world.record()).toMatchObject({
      state: "leaving",
      reason: "unhealthy",
      ready_at: null,
      failure,
    });
    expect(consoleOf(world)).toEqual([failure]);
  });

  test("ends without an output, and the heartbeat has its exit status", async () => {
    const world = new WorkerWorld({ engine: { diesLoading: () => true } });
    expect(await world.clock.runUntil(world.worker().left)).toBe("unhealthy");
    expect(await world.record()).toMatchObject({
      ready_at: null,
      failure: { code: "engine_crashed", detail: "exit status 1" },
    });
  });

  test("fails once and starts the second time, and the heartbeat has no failure", async () => {
    let starts = 0;
    const world = new WorkerWorld({ engine: { diesLoading: () => (starts += 1) === 1 } });
    expect(await world.clock.runUntil(world.worker().left)).toBe("idle");
    expect(await world.record()).toMatchObject({ failure: null });
  });

  test("gives a long reason, and the first 300 characters are kept", async () => {
    const startFailure = { type: "failed_to_start", code: "bad_model", detail: "x".repeat(5000) } as const;
    const world = new WorkerWorld({ engine: { startFailure } });
    await world.clock.runUntil(world.worker().left);
    expect((await world.record())?.failure?.detail).toHaveLength(300);
  });
});

describe("S3 refuses the first heartbeat", () => {
  test("for longer than a minute: the worker leaves before it loads a model, and its console says why", async () => {
    const world = new WorkerWorld({ storeFaults: noStoreUntil(() => false) });
    const startMs = world.clock.nowMs();
    const { left, engine } = world.worker();
    expect(await world.clock.runUntil(left)).toBe("unhealthy");
    expect(engine.sessions).toHaveLength(0);
    expect(world.clock.nowMs() - startMs).toBeLessThan(90_000);
    expect(consoleOf(world)).toEqual([
      { code: "access_denied", detail: `could not put ${fleetKeys.worker(instanceId)}: AccessDenied: no` },
    ]);
  });

  test("for half a minute, as right after a deploy: the worker works", async () => {
    let isOver = false;
    const world = new WorkerWorld({ storeFaults: noStoreUntil(() => isOver) });
    await world.send(1);
    const { left } = world.worker();
    await world.clock.advance(30_000);
    isOver = true;
    expect(await world.clock.runUntil(left)).toBe("idle");
    expect(await world.outcomes()).toEqual({ 0: "succeeded" });
    expect(consoleOf(world)).toEqual([]);
  });

  test("with no answer at all: the worker starts, because that is not a refusal", async () => {
    let isOver = false;
    const silent = (key: string): StoreError => new StoreError("no answer", key, {});
    const world = new WorkerWorld({ storeFaults: noStoreUntil(() => isOver, silent) });
    const { left, engine } = world.worker();
    await world.clock.advance(120_000);
    expect(engine.sessions).toHaveLength(1);
    isOver = true;
    expect(await world.clock.runUntil(left)).toBe("idle");
  });
});

describe("SQS refuses to hand out messages", () => {
  const refusingUntil = (isOver: () => boolean): Faults => ({
    before: (operation) => {
      if (operation === "receive" && !isOver())
        throw new QueueError("could not receive: QueueDoesNotExist: no such queue", { isRefusal: true });
    },
  });

  test("for longer than a minute: the worker leaves, and says why", async () => {
    const world = new WorkerWorld({ queueFaults: refusingUntil(() => false) });
    const startMs = world.clock.nowMs();
    expect(await world.clock.runUntil(world.worker().left)).toBe("unhealthy");
    expect(world.clock.nowMs() - startMs).toBeLessThan(120_000);
    expect(await world.record()).toMatchObject({
      state: "leaving",
      messages_received: 0,
      failure: { code: "access_denied", detail: "could not receive: QueueDoesNotExist: no such queue" },
    });
  });

  test("for half a minute: the worker stays, and works", async () => {
    let isOver = false;
    const world = new WorkerWorld({ queueFaults: refusingUntil(() => isOver) });
    await world.send(1);
    const { left } = world.worker();
    await world.clock.advance(30_000);
    isOver = true;
    expect(await world.clock.runUntil(left)).toBe("idle");
    expect(await world.outcomes()).toEqual({ 0: "succeeded" });
  });
});
