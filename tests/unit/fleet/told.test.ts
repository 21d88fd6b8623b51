/** What webhooks are told of the fleet. */
import { beforeEach, describe, expect, test } from "vitest";
import { batchIdOf } from "../../../shared/contract/ids.ts";
import { deliveryMessageSchema } from "../../../shared/contract/messages.ts";
import { batchKeys, fleetKeys } from "../../../shared/contract/records/keys.ts";
import { launchTick } from "../../../shared/fleet/launch/launch-tick.ts";
import { reapTick } from "../../../shared/fleet/reap/reap-tick.ts";
import { reopen, stopAll, stopView } from "../../../shared/fleet/stop/stop.ts";
import { readControl } from "../../../shared/batch/progress/batch-files.ts";
import { submitBatch } from "../../../shared/batch/submit/submit.ts";
import { QueueError } from "../../../shared/ports.ts";
import { createEndpoint } from "../../../shared/webhooks/endpoints.ts";
import { World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = new World();
  for (const owner of ["ada", "eve"]) {
    const asked = {
      url: "https://example.com/",
      events: ["fleet.stopped" as const, "budget.reached" as const],
    };
    await createEndpoint(asked, owner, world.ports);
  }
});
const reap = () => world.clock.runUntil(reapTick(world.ports, world.stage));
const launch = () => world.clock.runUntil(launchTick(world.ports, world.stage));
const told = () =>
  world.webhooks.contents().map(({ body }) => {
    const { owner, event } = deliveryMessageSchema.parse(JSON.parse(body));
    return { owner, ...event };
  });
const lost = () => {
  throw new QueueError("no answer");
};

describe("a stop", () => {
  const stop = () => world.clock.runUntil(stopAll("an operator", world.ports, world.stage));

  test("is told to every owner once it is proven, and once", async () => {
    await stop();
    await reap();
    await reap();
    const { id, requested_at, verified_at } = await stopView(world.store);
    const body = { type: "fleet.stopped", timestamp: verified_at, data: { stop_id: id, requested_at } };
    expect(told()).toEqual([
      { owner: "ada", id: `${id}:stopped`, body },
      { owner: "eve", id: `${id}:stopped`, body },
    ]);
  });

  test("is told by the next tick when the queue did not answer, and goes on meanwhile", async () => {
    await stop();
    world.faults.beforeNext("send", /webhooks/, lost);
    await reap();
    expect(world.log.entries).toContainEqual(
      expect.objectContaining({ level: "error", message: "could not tell webhooks of a stop" }),
    );
    await reap();
    expect(new Set(told().map(({ owner }) => owner))).toEqual(new Set(["ada", "eve"]));
  });

  test("that was undone before the next tick is not told: the service is not stopped", async () => {
    await stop();
    await world.clock.runUntil(reopen("an operator", world.ports));
    await reap();
    expect(told()).toEqual([]);
  });
});

describe("the budget of the day", () => {
  const spent = (usd: number) =>
    world.store.put(
      fleetKeys.measures,
      JSON.stringify({ v: 1, spent_usd: { "2026-01-01": { "2026-01-01": usd } }, models: {} }),
    );

  test("is told to every owner when it binds, once a day, however often it binds", async () => {
    world.demand(7400);
    await spent(4.99);
    await launch();
    await world.clock.advance(60_000);
    await launch();
    expect(told()).toMatchObject([
      { owner: "ada", id: "budget:day:2026-01-01" },
      { owner: "eve", id: "budget:day:2026-01-01" },
    ]);
    expect(told()[0]?.body).toMatchObject({
      type: "budget.reached",
      data: { budget: "day", batch_id: null },
    });
  });

  test("is not told while it pays for the work", async () => {
    world.demand(7400);
    await launch();
    expect(told()).toEqual([]);
  });
});

describe("the budget of a batch", () => {
  async function spend(): Promise<string> {
    const body = { items: [{ prompt: "p" }], max_cost_usd: "0.05" };
    const taken = await submitBatch(
      { body, owner: "ada", idempotency: null },
      world.ports,
      world.stage.settings,
    );
    if (taken.kind !== "accepted") throw new Error(taken.kind);
    const { id: batchId } = taken.batch;
    world.demand(1000);
    world.work = world.work.map((one) => ({
      ...one,
      budget: { batchId, maxUsd: 0.05, spentUsd: 0.0501, itemsInHand: 0, isHeld: false },
    }));
    return batchId;
  }

  test("is told to its owner alone when the batch is held", async () => {
    const id = await spend();
    await launch();
    expect(told()).toMatchObject([
      {
        owner: "ada",
        id: `${id}:budget:50000`,
        body: { type: "budget.reached", data: { budget: "batch", batch_id: id } },
      },
    ]);
  });

  test("holds the batch also when webhooks cannot be told", async () => {
    const id = await spend();
    world.faults.beforeNext("send", /webhooks/, lost);
    await launch();
    const [, ulid = ""] = id.split("_");
    expect((await readControl(world.store, batchIdOf(ulid)))?.held).not.toBeNull();
  });
});

test("a batch's record that cannot be read does not keep the launcher from holding it", async () => {
  const batchId = batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZZ");
  await world.store.put(batchKeys.batch(batchId), "not JSON");
  world.demand(1000);
  world.work = world.work.map((one) => ({
    ...one,
    budget: { batchId, maxUsd: 0.05, spentUsd: 0.06, itemsInHand: 0, isHeld: false },
  }));
  await launch();
  expect((await readControl(world.store, batchId))?.held).not.toBeNull();
});
