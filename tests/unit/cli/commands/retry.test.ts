import { expect, test } from "vitest";
import { batchIdOf, batchIdSchema } from "../../../../shared/contract/ids.ts";
import { type MgbWorld, problem, useMgbWorld } from "../mgb-world.ts";
import { batchId, endedBatch, sampleBatch } from "../sample-batch.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

const childId = batchIdOf("01KDVDNG00CHDCHDCHDCHDCHDC");
const child = sampleBatch({ id: childId, retry_of: batchIdSchema.parse(batchId) });

test("retry submits what did not succeed, with its own budget, speed and priority", async () => {
  world.script = { [`POST /v1/batches/${batchId}/retry`]: { status: 202, body: child } };
  const own = ["--max-cost", "1.50", "--speed", "economy", "--priority", "low"];
  const { exitCode, out } = await world.run(["retry", batchId, ...own]);
  expect([exitCode, JSON.parse(out)]).toEqual([0, child]);
  expect(JSON.parse(world.asked[0]?.body ?? "")).toEqual({
    max_cost_usd: "1.50",
    speed: "economy",
    priority: "low",
  });
});

test("retry that got no answer is asked again under the same key, by the next run too, and under another once answered", async () => {
  const route = `POST /v1/batches/${batchId}/retry`;
  world.script = { [route]: problem("internal") };
  expect((await world.run(["retry", batchId])).exitCode).toBe(1);
  world.script = { [route]: { status: 202, body: child } };
  await world.run(["retry", batchId]);
  const before = new Set(world.asked.map(({ headers }) => headers["idempotency-key"]));
  expect(before.size).toBe(1);
  await world.run(["retry", batchId]);
  expect(before.has(world.asked.at(-1)?.headers["idempotency-key"])).toBe(false);
});

test("retry --wait watches the new batch and ends as it does", async () => {
  world.script = {
    [`POST /v1/batches/${batchId}/retry`]: { status: 202, body: child },
    [`GET /v1/batches/${childId}`]: { body: { ...endedBatch("partial"), id: childId } },
  };
  expect((await world.run(["retry", batchId, "--wait"])).exitCode).toBe(3);
});

test("a batch that runs cannot be retried, and the reason is told", async () => {
  world.script = { [`POST /v1/batches/${batchId}/retry`]: problem("conflict", "the batch has not ended") };
  const { exitCode, err } = await world.run(["retry", batchId]);
  expect(exitCode).toBe(1);
  expect(err).toContain("the batch has not ended");
});
