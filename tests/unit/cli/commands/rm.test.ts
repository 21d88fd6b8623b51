import { afterEach, beforeEach, expect, test } from "vitest";
import { MgbWorld, problem } from "../mgb-world.ts";
import { batchId } from "../sample-batch.ts";

let world: MgbWorld;
beforeEach(async () => {
  world = new MgbWorld();
  await world.open();
});
afterEach(() => {
  world.close();
});

const route = `DELETE /v1/batches/${batchId}`;

test("rm deletes a batch", async () => {
  const deleted = { id: batchId, deleted_at: "2026-01-01T00:00:00.000Z" };
  world.script = { [route]: { status: 202, body: deleted } };
  const { exitCode, out } = await world.run(["rm", batchId, "--yes"]);
  expect([exitCode, JSON.parse(out)]).toEqual([0, { data: [deleted] }]);
});

test("rm deletes nothing where nobody can be asked, and nothing when one of the ids is none", async () => {
  expect((await world.run(["rm", batchId])).exitCode).toBe(2);
  expect((await world.run(["rm", batchId, "batch_x", "--yes"])).exitCode).toBe(2);
  expect(world.asked).toEqual([]);
});

test("rm of a batch that runs says that it has to end first", async () => {
  world.script = { [route]: problem("conflict", "the batch has not ended") };
  const { exitCode, err } = await world.run(["rm", batchId, "--yes"]);
  expect(exitCode).toBe(1);
  expect(err).toContain("has not ended");
});

test("submit --retain-days tells how long the batch is kept", async () => {
  world.script = { "POST /v1/estimates": problem("invalid_input") };
  await world.run(["submit", "--prompt", "pad", "--retain-days", "30"]);
  expect(JSON.parse(world.asked[0]?.body ?? "")).toMatchObject({ retain_days: 30 });
});
