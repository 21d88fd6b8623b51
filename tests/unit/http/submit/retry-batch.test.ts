import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../../functions/http/api.ts";
import { submitRoutes } from "../../../../functions/http/submit/submit-routes.ts";
import { readBatch, readItems } from "../../../../shared/batch/progress/batch-files.ts";
import { changeControl } from "../../../../shared/interlock/control.ts";
import { cancelBatch } from "../../../../shared/batch/orders/cancel.ts";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import { batchViewSchema } from "../../../../shared/contract/api/api.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import { itemIdOf } from "../../../../shared/contract/ids.ts";
import { batchKeys } from "../../../../shared/contract/records/keys.ts";
import { problemSchema } from "../../../../shared/contract/api/problem.ts";
import { finished, of, result } from "../../batch/events.ts";
import { jobsIn, settings, stopService, submitted, world, type World } from "../../batch/world.ts";
import { apiEvent, lambdaContext, type EventOptions } from "../api-event.ts";

const key = "POST /v1/batches/{id}/retry";
async function call(at: World, routeKey: string, options: EventOptions, stage = settings) {
  const answer = await apiHandler(submitRoutes(at, stage), at.log)(
    apiEvent(routeKey, options),
    lambdaContext,
  );
  const json = JSON.parse(answer.body ?? "null") as unknown;
  return { status: answer.statusCode, headers: answer.headers ?? {}, body: answer.body, json };
}
const retry = (at: World, id: string, options: EventOptions = {}) =>
  call(at, key, { params: { id }, ...options });
const childOf = (json: unknown) => batchViewSchema.parse(json);

const request = {
  name: "pads",
  speed: "fast",
  max_cost_usd: "3",
  metadata: { project: "x" },
  items: [
    { prompt: "made" },
    { prompt: "broke", seed: 5, custom_id: "b", duration_seconds: 12, output: { format: "flac" } },
    { prompt: "canceled" },
  ],
};

/** The first item succeeded, the second failed, the third was canceled. */
async function ended(at: World, body: object = request): Promise<BatchRecord> {
  const batch = await submitted(at, body);
  for (const record of [result(0), result(1, "failed"), result(2, "canceled")]) {
    const own = { ...record, batch_id: batch.id, item_id: itemIdOf(batch.id, record.index) };
    await at.store.create(batchKeys.result(batch.id, record.index), JSON.stringify(own));
    await foldEvents([of(batch.id, finished(record.index, 30, own))], at);
  }
  return batch;
}

describe("a retry", () => {
  test("is a new batch of what did not succeed, with the same prompts, seeds, parameters and ids", async () => {
    const at = world();
    const parent = await ended(at);
    const sent = jobsIn(at, "small", "fast").length;
    const answer = await retry(at, parent.id);
    const child = childOf(answer.json);
    expect([answer.status, answer.headers["location"]]).toEqual([202, `/v1/batches/${child.id}`]);
    expect(child).toMatchObject({
      retry_of: parent.id,
      name: "pads",
      speed: "fast",
      status: "queued",
      counts: { total: 2, queued: 2 },
      audio_seconds: { total: 22, succeeded: 0 },
      metadata: { project: "x" },
    });
    const items = await readItems(at.store, parent.id, 0);
    const again = await readItems(at.store, child.id, 0);
    expect(again).toEqual(items.slice(1).map((item, index) => ({ ...item, index })));
    expect(again[0]).toMatchObject({ custom_id: "b", seed: 5, parameters: { output: { format: "flac" } } });
    expect(jobsIn(at, "small", "fast")).toHaveLength(sent + 2);
  });

  test("has an end, a name and a speed of its own", async () => {
    const at = world();
    const parent = await ended(at);
    const body = JSON.stringify({
      name: "again",
      speed: "economy",
      max_cost_usd: "0.5",
      expires_in_seconds: 60,
    });
    expect(childOf((await retry(at, parent.id, { body })).json)).toMatchObject({
      name: "again",
      speed: "economy",
      cost: { max_usd: "0.50" },
      expires_at: "2026-01-01T12:01:00.000Z",
    });
  });

  test("has the priority of its batch, unless it names one", async () => {
    const at = world();
    const parent = await ended(at, { ...request, priority: "low" });
    expect(childOf((await retry(at, parent.id)).json).priority).toBe("low");
    const body = JSON.stringify({ priority: "high" });
    expect(childOf((await retry(at, parent.id, { body })).json).priority).toBe("high");
  });

  test("can be retried itself", async () => {
    const at = world();
    const child = childOf((await retry(at, (await ended(at)).id)).json);
    const batch = await readBatch(at.store, child.id);
    if (batch === null) throw new Error("expected the child");
    await cancelBatch(batch, "abort", at);
    expect(childOf((await retry(at, child.id)).json)).toMatchObject({
      retry_of: child.id,
      counts: { total: 2 },
    });
  });

  test("belongs to the owner of its parent, whoever asks for it", async () => {
    const at = world();
    const parent = await ended(at);
    const caller = '{"kind":"known","owner":"ops","scopes":["submit","operate"]}';
    const child = childOf((await retry(at, parent.id, { caller })).json);
    expect((await readBatch(at.store, child.id))?.owner).toBe("ada");
  });
});

describe("under an Idempotency-Key", () => {
  test("a retry is made once and answered word for word, also while stopped and when its parent is gone", async () => {
    const at = world();
    const parent = await ended(at);
    const headers = { "Idempotency-Key": "k" };
    const first = await retry(at, parent.id, { headers });
    await stopService(at);
    await at.store.delete(batchKeys.batch(parent.id));
    const second = await retry(at, parent.id, { headers });
    expect([second.status, second.body]).toEqual([202, first.body]);
    expect(second.headers["idempotency-replayed"]).toBe("true");
  });

  test("the same key does not stand for a retry of another batch, or for a submit", async () => {
    const at = world();
    const [one, other] = [await ended(at), await ended(at)];
    const headers = { "Idempotency-Key": "k" };
    await retry(at, one.id, { headers });
    expect(problemSchema.parse((await retry(at, other.id, { headers })).json).code).toBe(
      "idempotency_key_reused",
    );
    const submit = await call(at, "POST /v1/batches", { headers, body: "" });
    expect(problemSchema.parse(submit.json).code).toBe("idempotency_key_reused");
  });
});

describe("is refused", () => {
  const refusal = async (answer: Promise<{ json: unknown }>) => {
    const { status, code, detail } = problemSchema.parse((await answer).json);
    return { status, code, detail };
  };

  test("while the batch runs", async () => {
    const at = world();
    const { id } = await submitted(at);
    expect(await refusal(retry(at, id))).toMatchObject({ status: 409, code: "conflict" });
  });

  test("when every item succeeded", async () => {
    const at = world();
    const { id } = await submitted(at, { items: [{ prompt: "p" }] });
    const own = { ...result(0), batch_id: id, item_id: itemIdOf(id, 0) };
    await foldEvents([of(id, finished(0, 30, own))], at);
    expect((await refusal(retry(at, id))).detail).toContain("nothing to retry");
  });

  test("when the stage does not serve the model any more, or only shorter clips of it", async () => {
    const at = world();
    const { id } = await ended(at);
    const [small, large] = settings.models;
    if (small === undefined || large === undefined) throw new Error("expected two models");
    const without = { ...settings, models: [large] };
    expect((await refusal(call(at, key, { params: { id } }, without))).detail).toContain("'small'");
    const shorter = { ...settings, models: [{ ...small, max_duration_seconds: 5 }] };
    expect((await refusal(call(at, key, { params: { id } }, shorter))).detail).toContain("5 s at most");
  });

  test("when more than 8,000 items are left, with what to do, and before anything is made", async () => {
    const at = world();
    const batch = await ended(at);
    await at.store.put(batchKeys.batch(batch.id), JSON.stringify({ ...batch, total: 8002 }));
    const before = (await at.store.list("batches/")).objects.length;
    expect((await refusal(retry(at, batch.id))).detail).toBe(
      "8001 items did not succeed, and a retry takes 8000 at most; the results as CSV have their prompts and seeds: submit those as an upload",
    );
    expect((await at.store.list("batches/")).objects.length).toBe(before);
  });

  test("while the service is stopped", async () => {
    const at = world();
    const { id } = await ended(at);
    await stopService(at);
    expect((await retry(at, id)).status).toBe(503);
  });

  test("with a body that is none of a retry", async () => {
    const at = world();
    const { id } = await ended(at);
    const answer = await retry(at, id, { body: '{"items":[],"max_cost_usd":"0"}' });
    expect(
      problemSchema
        .parse(answer.json)
        .errors?.map(({ pointer }) => pointer)
        .toSorted(),
    ).toEqual(["/items", "/max_cost_usd"]);
  });
});

test("a retry may cost what its parent may in the end, unless it says otherwise", async () => {
  const at = world();
  const parent = await ended(at);
  expect(childOf((await retry(at, parent.id)).json).cost.max_usd).toBe("3.00");
  await changeControl(at, parent.id, () => ({ max_cost_usd: "5.00" }));
  expect(childOf((await retry(at, parent.id)).json).cost.max_usd).toBe("5.00");
  const own = await retry(at, parent.id, { body: JSON.stringify({ max_cost_usd: "1" }) });
  expect(childOf(own.json).cost.max_usd).toBe("1.00");
});

test("a key whose batch was deleted makes no batch and does not say that one is queued", async () => {
  const at = world();
  const asked = { body: JSON.stringify(request), headers: { "idempotency-key": "k" } };
  const first = childOf((await call(at, "POST /v1/batches", asked)).json);
  await at.store.put(
    batchKeys.batch(first.id),
    JSON.stringify({ ...(await readBatch(at.store, first.id)), deleted_at: "2026-01-01T00:00:00.000Z" }),
  );
  const again = await call(at, "POST /v1/batches", asked);
  expect([again.status, problemSchema.parse(again.json).detail]).toEqual([
    409,
    "the batch of this Idempotency-Key was deleted; use a new key to submit it again",
  ]);
});
