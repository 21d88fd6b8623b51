import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../../functions/http/api.ts";
import { submitRoutes } from "../../../../functions/http/submit/submit-routes.ts";
import { reconcile } from "../../../../shared/batch/reconcile/reconcile.ts";
import { readControl, readProgress } from "../../../../shared/batch/progress/batch-files.ts";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import { countsOf } from "../../../../shared/batch/progress/progress.ts";
import { itemViewSchema } from "../../../../shared/contract/api/api.ts";
import { itemIdOf, type BatchId } from "../../../../shared/contract/ids.ts";
import { batchKeys } from "../../../../shared/contract/records/keys.ts";
import { problemSchema } from "../../../../shared/contract/api/problem.ts";
import { of, result, started } from "../../batch/events.ts";
import { prompts, settings, submitted, world, type World } from "../../batch/world.ts";
import { apiEvent, lambdaContext } from "../api-event.ts";

async function cancel(at: World, id: BatchId, index: number) {
  const event = apiEvent("POST /v1/items/{id}/cancel", { params: { id: itemIdOf(id, index) } });
  const answer = await apiHandler(submitRoutes(at, settings), at.log)(event, lambdaContext);
  return { status: answer.statusCode, json: JSON.parse(answer.body ?? "null") as unknown };
}

describe("an item that is canceled", () => {
  test("ends at once while it is queued, and the others stay as they are", async () => {
    const at = world();
    const batch = await submitted(at, prompts(3));
    const { status, json } = await cancel(at, batch.id, 1);
    expect([status, itemViewSchema.parse(json).status]).toEqual([202, "canceled"]);
    expect(countsOf(await readProgress(at.store, batch))).toMatchObject({ queued: 2, canceled: 1 });
    expect(await readControl(at.store, batch.id)).toMatchObject({ cancel: null, canceled_items: [1] });
  });

  test("is ended by its worker while it runs", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(2));
    await foldEvents([of(id, started(0, 5))], at);
    const { status, json } = await cancel(at, id, 0);
    expect([status, itemViewSchema.parse(json).status]).toEqual([202, "running"]);
    expect((await readControl(at.store, id))?.canceled_items).toEqual([0]);
  });

  test("ends its batch when it is the last one", async () => {
    const at = world();
    const batch = await submitted(at, prompts(1));
    await cancel(at, batch.id, 0);
    expect((await readProgress(at.store, batch)).ended_at).not.toBeNull();
  });

  test("may be canceled again", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(2));
    await cancel(at, id, 1);
    expect((await cancel(at, id, 1)).status).toBe(202);
    expect((await readControl(at.store, id))?.canceled_items).toEqual([1]);
  });
});

test("an item that has ended is not canceled", async () => {
  const at = world();
  const { id } = await submitted(at, prompts(2));
  const own = { ...result(0), batch_id: id, item_id: itemIdOf(id, 0) };
  await at.store.create(batchKeys.result(id, 0), JSON.stringify(own));
  const { status, json } = await cancel(at, id, 0);
  expect([status, problemSchema.parse(json).code]).toEqual([409, "conflict"]);
});

test("past 1,000 items of one batch the batch is to be canceled", async () => {
  const at = world();
  const { id } = await submitted(at, prompts(2));
  const indices = Array.from({ length: 1000 }, (_, index) => index + 10);
  const control = {
    v: 1,
    cancel: null,
    canceled_items: indices,
    max_cost_usd: null,
    held: null,
    at: "2026-01-01T12:00:00.000Z",
  };
  await at.store.put(batchKeys.control(id), JSON.stringify(control));
  expect(problemSchema.parse((await cancel(at, id, 0)).json).detail).toContain("cancel the batch");
});

test("an item that was canceled at work ends when its machine is lost, and asks for no other", async () => {
  const at = world();
  const batch = await submitted(at, prompts(2));
  await foldEvents([of(batch.id, started(0, 5))], at);
  await cancel(at, batch.id, 0);
  await at.clock.advance(10 * 60_000);
  await reconcile(
    at,
    { queueDepths: new Map(), liveInstances: new Set(), nowMs: at.clock.nowMs() },
    Infinity,
  );
  expect(countsOf(await readProgress(at.store, batch))).toMatchObject({ canceled: 1, queued: 1, running: 0 });
});
