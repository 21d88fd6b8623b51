import { expect, test } from "vitest";
import { collector, type MgbWorld, problem, useMgbWorld } from "../mgb-world.ts";
import { batchId } from "../sample-batch.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

const route = `DELETE /v1/batches/${batchId}`;

test("rm deletes a batch", async () => {
  const deleted = { id: batchId, deleted_at: "2026-01-01T00:00:00.000Z" };
  world.script = { [route]: { status: 202, body: deleted } };
  const { exitCode, out } = await world.run(["rm", batchId, "--yes"]);
  expect([exitCode, JSON.parse(out)]).toEqual([0, { data: [deleted] }]);
});

test.each<[code: "conflict" | "not_found", exitCode: number]>([
  ["conflict", 1],
  ["not_found", 5],
])("rm goes on with the others after a batch that answers %s, and tells of each", async (code, exitCode) => {
  const last = "batch_01ARZ3NDEKTSV4RRFFQ69G5FAW";
  const deleted = { id: last, deleted_at: "2026-01-01T00:00:00.000Z" };
  world.script = {
    [route]: problem(code, "not this one"),
    [`DELETE /v1/batches/${last}`]: { status: 202, body: deleted },
  };
  const ended = await world.run(["rm", batchId, last, "--yes"]);
  expect([ended.exitCode, JSON.parse(ended.out)]).toEqual([exitCode, { data: [deleted] }]);
  expect(ended.err).toContain(`${batchId} is not deleted: `);
  expect(ended.err).toContain("not this one");
});

test("rm ends with the worst of several failures: one that is not a missing batch", async () => {
  const other = "batch_01ARZ3NDEKTSV4RRFFQ69G5FAW";
  world.script = { [route]: problem("conflict"), [`DELETE /v1/batches/${other}`]: problem("not_found") };
  expect((await world.run(["rm", batchId, other, "--yes"])).exitCode).toBe(1);
  expect((await world.run(["rm", other, batchId, "--yes"])).exitCode).toBe(1);
});

test("rm tells what was deleted before the key was refused, and asks no more", async () => {
  const other = "batch_01ARZ3NDEKTSV4RRFFQ69G5FAW";
  const deleted = { id: batchId, deleted_at: "2026-01-01T00:00:00.000Z" };
  world.script = {
    [route]: { status: 202, body: deleted },
    [`DELETE /v1/batches/${other}`]: problem("unauthenticated"),
  };
  const { exitCode, out, err } = await world.run(["rm", batchId, other, other, "--yes"]);
  expect([exitCode, JSON.parse(out), world.asked.length]).toEqual([4, { data: [deleted] }, 2]);
  expect(err).toContain("mgb login");
});

test("rm tells a person of each batch when it is deleted", async () => {
  const deleted = { id: batchId, deleted_at: "2026-01-01T00:00:00.000Z" };
  world.script = { [route]: { status: 202, body: deleted } };
  const screen = collector(true);
  await world.run(["rm", batchId, "--yes"], { out: screen.stream });
  expect(screen.text()).toBe(`${batchId} is deleted.\n`);
});

test("rm deletes nothing without a terminal to ask on, and nothing when one of the ids is invalid", async () => {
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
