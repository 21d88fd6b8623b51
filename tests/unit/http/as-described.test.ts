/** What the routes answer is what the table of routes, and so OpenAPI, says that they answer. */
import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../functions/http/api.ts";
import { openApiDocument } from "../../../shared/contract/api/openapi.ts";
import { createKey } from "../../../shared/access/keys.ts";
import type { WebhookEndpoint } from "../../../shared/contract/records/webhook-records.ts";
import { writeDelivery } from "../../../shared/webhooks/deliveries.ts";
import { createEndpoint } from "../../../shared/webhooks/endpoints.ts";
import {
  batchIdOf,
  deliveryIdSchema,
  itemIdOf,
  webhookIdOf,
  type BatchId,
} from "../../../shared/contract/ids.ts";
import { batchKeys } from "../../../shared/contract/records/keys.ts";
import { problemSchema } from "../../../shared/contract/api/problem.ts";
import { routeKeys, routes, type RouteKey, type RouteTerms } from "../../../shared/contract/api/routes.ts";
import { readBatch } from "../../../shared/batch/progress/batch-files.ts";
import { cancelBatch } from "../../../shared/batch/orders/cancel.ts";
import { submitBatch } from "../../../shared/batch/submit/submit.ts";
import { routesOver } from "../../memory-api/functions.ts";
import { World } from "../fleet/world.ts";
import { apiEvent, lambdaContext, type EventOptions } from "./api-event.ts";

const described = openApiDocument()["paths"] as Record<
  string,
  Record<string, { readonly responses: Readonly<Record<string, unknown>> }>
>;
const body = JSON.stringify({ items: [{ prompt: "p" }] });
const noBatch = batchIdOf("01KDVDNG00ZZZZZZZZZZZZZZZZ");
const noWebhook = webhookIdOf("01KDVDNG00ZZZZZZZZZZZZZZZZ");
const noKey = "key_0123456789abcdef";

async function worldWithBatch() {
  const world = new World();
  const submission = { body: JSON.parse(body) as unknown, owner: "ada", idempotency: null };
  const submitted = await submitBatch(submission, world.ports, world.stage.settings);
  if (submitted.kind !== "accepted") throw new Error(submitted.kind);
  return { world, id: submitted.batch.id };
}

/** Routes that a batch has only when it has ended. */
const onceEnded: ReadonlySet<RouteKey> = new Set(["POST /v1/batches/{id}/retry", "DELETE /v1/batches/{id}"]);

async function cancelAll({ ports }: World, id: BatchId): Promise<void> {
  const batch = await readBatch(ports.store, id);
  if (batch !== null) await cancelBatch(batch, "abort", ports);
}

const deliveryId = "8230000000000-01KDVDNG00ZZZZZZZZZZZZZZZZ";

/** An endpoint that was sent one event. */
async function webhookWithDelivery({ ports }: World): Promise<WebhookEndpoint> {
  const made = await createEndpoint({ url: "https://example.com/", events: ["batch.ended"] }, "ada", ports);
  if (made === null) throw new Error("expected an endpoint");
  const { id } = made.endpoint;
  const at = "2026-01-01T12:00:00.000Z";
  await writeDelivery(ports.store, "ada", id, {
    v: 1,
    id: deliveryIdSchema.parse(deliveryId),
    event: { id: `${id}:test:1`, body: { type: "webhook.test", timestamp: at, data: { webhook_id: id } } },
    attempt: 1,
    at,
    outcome: "delivered",
    status: 204,
    detail: "answered 204",
    milliseconds: 12,
    next_attempt_at: null,
  });
  return made.endpoint;
}

/** For a route whose path names something else than a batch: that thing. */
async function idFor(key: RouteKey, world: World, batchId: BatchId): Promise<string> {
  if (onceEnded.has(key)) await cancelAll(world, batchId);
  const [, , things] = key.split("/");
  if (things === "keys") return (await createKey({ owner: "ada", scopes: ["read"] }, world.ports)).id;
  if (things === "webhooks") return (await webhookWithDelivery(world)).id;
  return things === "items" ? itemIdOf(batchId, 0) : batchId;
}

/** A call as the gateway makes it; what is answered must be described for its route. */
async function call(world: World, key: RouteKey, options: EventOptions = {}) {
  const { read, submit, operate } = routesOver(world);
  const all = { ...read, ...submit, ...operate };
  const answer = await world.clock.runUntil(
    apiHandler(all, world.log)(apiEvent(key, options), lambdaContext),
  );
  const status = answer.statusCode ?? 0;
  const [method = "", path = ""] = key.split(" ");
  expect(Object.keys(described[path]?.[method.toLowerCase()]?.responses ?? {})).toContain(String(status));
  const text = answer.body ?? "";
  const { answers, form }: RouteTerms = routes[key];
  const schema = status < 400 ? answers[status] : problemSchema;
  const isJson = form !== "page" || status >= 400;
  for (const one of form === "lines" && status < 400 ? text.split("\n") : [text])
    if (one !== "") schema?.parse(isJson ? JSON.parse(one) : one);
  return { status, text };
}

/** The status of a right request, where it is not 200. */
const rightly: Partial<Record<RouteKey, number>> = {
  "POST /v1/batches": 202,
  "POST /v1/batches/{id}/cancel": 202,
  "POST /v1/batches/{id}/retry": 202,
  "POST /v1/items/{id}/cancel": 202,
  "DELETE /v1/batches/{id}": 202,
  "POST /v1/launch": 202,
  "POST /v1/keys": 201,
  "POST /v1/webhooks": 201,
  "POST /v1/webhooks/{id}/test": 202,
  "POST /v1/webhooks/{id}/redeliver": 202,
  "POST /v1/uploads": 201,
  "POST /v1/stop": 202,
  // The clip is not made yet.
  "GET /v1/items/{id}/audio": 409,
};

const optionsFor = (key: RouteKey, id: string): EventOptions => {
  const params = { id };
  const bodies: Partial<Record<RouteKey, string>> = {
    "POST /v1/batches": body,
    "POST /v1/estimates": body,
    "POST /v1/batches/{id}/budget": '{"max_cost_usd":"1"}',
    "POST /v1/batches/{id}/cancel": '{"mode":"drain"}',
    "POST /v1/batches/{id}/retry": '{"max_cost_usd":"1"}',
    "POST /v1/keys": '{"scopes":["read"]}',
    "POST /v1/webhooks": '{"url":"https://example.com/hooks","events":["batch.ended"]}',
    "PATCH /v1/webhooks/{id}": '{"enabled":false}',
    "POST /v1/webhooks/{id}/redeliver": `{"delivery_id":"${deliveryId}"}`,
    "POST /v1/uploads": '{"bytes":100}',
  };
  const own = bodies[key];
  return { params, ...(own === undefined ? {} : { body: own }) };
};

describe.each(routeKeys)("%s", (key) => {
  test("answers a right request as it is described", async () => {
    const { world, id } = await worldWithBatch();
    const right = optionsFor(key, await idFor(key, world, id));
    expect((await call(world, key, right)).status).toBe(rightly[key] ?? 200);
  });

  test("answers every kind of wrong request as it is described", async () => {
    const { world, id } = await worldWithBatch();
    const right = optionsFor(key, await idFor(key, world, id));
    const isOpen = routes[key].scope === null;
    const missing = { ...right, caller: '{"kind":"missing_key"}' };
    expect((await call(world, key, missing)).status).toBe(isOpen ? 200 : 401);
    const powerless = { ...right, caller: '{"kind":"known","owner":"ada","scopes":[]}' };
    expect((await call(world, key, powerless)).status).toBe(isOpen ? 200 : 403);
    expect((await call(world, key, { ...right, query: { nothing: "1" } })).status).toBe(422);
    if (/^(POST|PATCH) /.test(key))
      expect((await call(world, key, { ...right, body: "{" })).status).toBe(400);
    if (right.body !== undefined) expect((await call(world, key, { ...right, body: "[]" })).status).toBe(422);
    if (key.includes("{id}")) {
      for (const unknown of [noBatch, itemIdOf(noBatch, 0), noKey, noWebhook, "x", "%00", "../keys/a"])
        expect((await call(world, key, { ...right, params: { id: unknown } })).status).toBe(404);
      const stranger = { ...right, caller: '{"kind":"known","owner":"eve","scopes":["read","submit"]}' };
      expect((await call(world, key, stranger)).status).toBe(routes[key].scope === "operate" ? 403 : 404);
    }
  });

  test("answers a fault of the store as it is described, and shows nothing of it", async () => {
    const { world, id } = await worldWithBatch();
    const right = optionsFor(key, await idFor(key, world, id));
    await world.store.put(batchKeys.batch(id), "not JSON: hidden words");
    const { text } = await call(world, key, right);
    expect(text).not.toContain("hidden words");
  });
});
