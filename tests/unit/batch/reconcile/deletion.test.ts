import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../../functions/http/api.ts";
import { readRoutes } from "../../../../functions/http/read/read-routes.ts";
import { submitRoutes } from "../../../../functions/http/submit/submit-routes.ts";
import { hideBatch } from "../../../../shared/batch/orders/delete-batch.ts";
import { readBatch, readControl } from "../../../../shared/batch/progress/batch-files.ts";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import { reconcile } from "../../../../shared/batch/reconcile/reconcile.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import { itemIdOf, type BatchId } from "../../../../shared/contract/ids.ts";
import { batchKeys, fleetKeys, indexKeys } from "../../../../shared/contract/records/keys.ts";
import { halfAnHour } from "../../billing/ledger-entry.ts";
import { apiEvent, lambdaContext, type EventOptions } from "../../http/api-event.ts";
import { finished, of, one, result } from "../events.ts";
import { allKeys, prompts, settings, submitted, world, type World } from "../world.ts";

async function call(at: World, route: string, id?: string, more: EventOptions = {}) {
  const routes = { ...readRoutes(at, settings), ...submitRoutes(at, settings) };
  const event = apiEvent(route, id === undefined ? more : { ...more, params: { id } });
  const answer = await apiHandler(routes, at.log)(event, lambdaContext);
  return { status: answer.statusCode, json: JSON.parse(answer.body ?? "null") as unknown };
}
const remove = (at: World, id: BatchId) => call(at, "DELETE /v1/batches/{id}", id);
const look = (at: World) =>
  reconcile(at, { queueDepths: new Map(), liveInstances: new Set([one]), nowMs: at.clock.nowMs() }, Infinity);
const keysOf = async (at: World, { id }: BatchRecord): Promise<readonly string[]> =>
  (await allKeys(at))
    .filter((key) => key.startsWith(`batches/${id}/`))
    .map((key) => key.split("/").slice(2).join("/"));

const named = { ...prompts(2), name: "secret", metadata: { of: "somebody" } };

/** Two clips with their audio, an attempt that failed, and a checkpoint. */
async function made(at: World, body: object = named): Promise<BatchRecord> {
  const batch = await submitted(at, body);
  for (const index of [0, 1]) {
    const record = { ...result(index), batch_id: batch.id, item_id: itemIdOf(batch.id, index) };
    const audio = batchKeys.audio(batch.id, index, 1, "wav");
    const own = { ...record, audio: record.audio === null ? null : { ...record.audio, key: audio } };
    await at.store.put(audio, "audio");
    await at.store.create(batchKeys.result(batch.id, index), JSON.stringify(own));
    await foldEvents([of(batch.id, finished(index, 50, own))], at);
  }
  await at.store.put(batchKeys.attempts(batch.id, 0), "{}");
  await at.store.put(batchKeys.checkpoint(batch.id, 1), "x");
  return batch;
}

/** The account of the machine that made it, which is closed or not. */
async function account(at: World, batch: BatchRecord, isClosed: boolean): Promise<void> {
  const entry = { ...halfAnHour, gpu_seconds_by_batch: { [batch.id]: 30 } };
  const closed = isClosed ? entry : { ...entry, ended_at: null, closed_at: null };
  await at.store.put(
    fleetKeys.ledger("2026-01-01"),
    JSON.stringify({ v: 1, day: "2026-01-01", instances: { [one]: closed } }),
  );
}

/** All but what tells who asked: a refusal and a repeat are recorded, too. */
const keptKeys = async (at: World) => (await allKeys(at)).filter((key) => !key.startsWith("audit/"));

describe("a deleted batch", () => {
  test("is found by no route and not listed", async () => {
    const at = world();
    const { id } = await made(at);
    expect((await remove(at, id)).json).toEqual({ id, deleted_at: "2026-01-01T12:00:00.000Z" });
    for (const route of ["", "/items", "/results"])
      expect((await call(at, `GET /v1/batches/{id}${route}`, id)).status).toBe(404);
    for (const route of ["", "/audio"])
      expect((await call(at, `GET /v1/items/{id}${route}`, itemIdOf(id, 0))).status).toBe(404);
    expect((await call(at, "POST /v1/batches/{id}/retry", id)).status).toBe(404);
    expect((await call(at, "GET /v1/batches")).json).toMatchObject({ data: [] });
  });

  test("answers the repeat of its deletion as before, changes nothing then, and is not found for others", async () => {
    const at = world();
    const { id } = await made(at);
    const first = await remove(at, id);
    const before = await keptKeys(at);
    await at.clock.advance(60_000);
    expect(await remove(at, id)).toEqual(first);
    expect(await keptKeys(at)).toEqual(before);
    const caller = '{"kind":"known","owner":"eve","scopes":["submit"]}';
    expect((await call(at, "DELETE /v1/batches/{id}", id, { caller })).status).toBe(404);
  });

  test.each<[route: string, body: string, idOf: (id: BatchId) => string]>([
    ["POST /v1/batches/{id}/cancel", '{"mode":"drain"}', (id) => id],
    ["POST /v1/batches/{id}/budget", '{"max_cost_usd":"1"}', (id) => id],
    ["POST /v1/items/{id}/cancel", "{}", (id) => itemIdOf(id, 0)],
  ])("is not shown by the answer that was kept for a repeat of %s", async (route, body, idOf) => {
    const at = world();
    const batch = await submitted(at, named);
    const more = { body, headers: { "Idempotency-Key": "k" } };
    expect((await call(at, route, idOf(batch.id), more)).status).toBeLessThan(300);
    expect((await call(at, route, idOf(batch.id), more)).status).toBeLessThan(300);
    await hideBatch(batch, at);
    expect(await call(at, route, idOf(batch.id), more)).toMatchObject({ status: 404 });
  });

  test("keeps its owner, model, outcome and receipts, and no text or clip", async () => {
    const at = world();
    const batch = await made(at);
    await account(at, batch, true);
    await look(at);
    await remove(at, batch.id);
    await look(at);
    expect(await keysOf(at, batch)).toEqual([
      "batch.json",
      "completed.json",
      "control.json",
      "progress.json",
      "receipt.json",
      "receipts/0.jsonl",
    ]);
    expect(await readBatch(at.store, batch.id)).toMatchObject({ owner: "ada", name: null, metadata: {} });
    expect((await allKeys(at)).filter((key) => key.startsWith("active/"))).toEqual([]);
  });

  test("loses its clips at once, and its results when its receipts are made of them", async () => {
    const at = world();
    const batch = await made(at);
    await account(at, batch, false);
    await remove(at, batch.id);
    await look(at);
    const first = await keysOf(at, batch);
    expect(first.filter((key) => /^(audio|checkpoints)/.test(key))).toEqual([]);
    expect(first).toContain("results/000000.json");
    await account(at, batch, true);
    await at.store.put(indexKeys.receiptDue(batch.id, one), "{}");
    await look(at);
    await look(at);
    const then = await keysOf(at, batch);
    expect(then).toContain("receipt.json");
    expect(then.filter((key) => /^(results|items|manifest|attempts)/.test(key))).toEqual([]);
  });

  test("is not made by a worker that still receives a message of it", async () => {
    const at = world();
    const { id } = await made(at);
    await remove(at, id);
    expect((await readControl(at.store, id))?.cancel).toBe("abort");
  });

  test("is erased although its deletion broke off after its first write", async () => {
    const at = world();
    const batch = await made(at);
    await account(at, batch, true);
    await look(at);
    await at.store.put(indexKeys.deleted(batch.id), "{}");
    await look(at);
    expect((await call(at, "GET /v1/batches/{id}", batch.id)).status).toBe(404);
    expect((await keysOf(at, batch)).filter((key) => /^(audio|items|results)/.test(key))).toEqual([]);
  });

  test("loses what a machine leaves of it later", async () => {
    const at = world();
    const batch = await made(at);
    await account(at, batch, true);
    await look(at);
    await remove(at, batch.id);
    await look(at);
    await at.store.put(batchKeys.audio(batch.id, 1, 2, "wav"), "audio");
    await at.store.put(indexKeys.receiptDue(batch.id, one), "{}");
    await look(at);
    await look(at);
    expect((await keysOf(at, batch)).filter((key) => key.startsWith("audio/"))).toEqual([]);
    expect((await allKeys(at)).filter((key) => key.startsWith("active/"))).toEqual([]);
  });

  test("of many objects is erased in several runs, each with a bound", async () => {
    const at = world();
    const batch = await made(at);
    await account(at, batch, true);
    await look(at);
    for (let index = 0; index < 2500; index += 1)
      await at.store.put(batchKeys.audio(batch.id, index, 7, "wav"), "audio");
    await remove(at, batch.id);
    const audio = async () => (await keysOf(at, batch)).filter((key) => key.startsWith("audio/")).length;
    await look(at);
    expect(await audio()).toBe(502);
    await look(at);
    expect(await audio()).toBe(0);
  });
});

test("a batch that has not ended is not deleted, and nothing of it is changed", async () => {
  const at = world();
  const batch = await submitted(at, named);
  const before = await keptKeys(at);
  expect((await remove(at, batch.id)).status).toBe(409);
  expect(await keptKeys(at)).toEqual(before);
});

describe("retain_days", () => {
  const dayMs = 86_400_000;
  const view = async (at: World, id: BatchId) => (await call(at, "GET /v1/batches/{id}", id)).json;

  test("deletes a batch so many days after its end, and not before", async () => {
    const at = world();
    const { id } = await made(at, { ...named, retain_days: 2 });
    await look(at);
    expect(await view(at, id)).toMatchObject({ retain_days: 2, delete_at: "2026-01-03T12:00:50.000Z" });
    await at.clock.advance(2 * dayMs);
    await look(at);
    expect(await view(at, id)).toMatchObject({ status: "ended" });
    await at.clock.advance(3_600_000);
    await look(at);
    await look(at);
    expect((await call(at, "GET /v1/batches/{id}", id)).status).toBe(404);
    expect((await allKeys(at)).filter((key) => /audio|results|^retained|^active/.test(key))).toEqual([]);
  });

  test("counts from the end of a batch that was open for longer than that", async () => {
    const at = world();
    const batch = await submitted(at, { ...prompts(1), retain_days: 1 });
    await at.clock.advance(dayMs);
    await look(at);
    expect(await view(at, batch.id)).toMatchObject({ status: "queued", delete_at: null });
    expect((await allKeys(at)).filter((key) => key.startsWith("retained/"))).toHaveLength(1);
  });

  test("is no reason to delete a batch without it", async () => {
    const at = world();
    const { id } = await made(at);
    await at.clock.advance(4000 * dayMs);
    await look(at);
    expect(await view(at, id)).toMatchObject({ retain_days: null, delete_at: null });
  });

  test.each([0, 0.5, 3651])("of %d is refused", async (days) => {
    await expect(submitted(world(), { ...prompts(1), retain_days: days })).rejects.toThrow("/retain_days");
  });
});
