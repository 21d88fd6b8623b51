import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../../functions/http/api.ts";
import { submitRoutes } from "../../../../functions/http/submit/submit-routes.ts";
import { foldBatch } from "../../../../shared/batch/progress/fold.ts";
import type { BatchView } from "../../../../shared/contract/api/api.ts";
import { deliveryMessageSchema } from "../../../../shared/contract/messages.ts";
import { changeEndpoint, deleteEndpoint, readEndpoints } from "../../../../shared/webhooks/endpoints.ts";
import { finished, of, result } from "../../batch/events.ts";
import { settings } from "../../batch/world.ts";
import { webhookWorld, type WebhookWorld } from "../../webhooks/world.ts";
import { apiEvent, lambdaContext, type EventOptions } from "../api-event.ts";

const url = "https://example.com/hooks";
const items = [{ prompt: "a" }, { prompt: "b" }];

async function ask(
  at: WebhookWorld,
  key: string,
  options: Omit<EventOptions, "body"> & { readonly body?: unknown },
) {
  const caller = JSON.stringify({ kind: "known", owner: "ada", scopes: ["read", "submit"] });
  const { body, ...rest } = options;
  const event = apiEvent(key, { caller, ...rest, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const answer = await at.clock.runUntil(
    apiHandler(submitRoutes(at, settings), at.log)(event, lambdaContext),
  );
  return { status: answer.statusCode, json: JSON.parse(answer.body ?? "null") as unknown };
}

async function submitted(at: WebhookWorld, webhook: object): Promise<BatchView> {
  const { status, json } = await ask(at, "POST /v1/batches", { body: { items, webhook } });
  expect([status, json]).toEqual([202, expect.anything()]);
  return json as BatchView;
}
const told = (at: WebhookWorld) =>
  at.webhooks
    .contents()
    .map(({ body }) => deliveryMessageSchema.parse(JSON.parse(body)))
    .map(({ webhook_id, event }) => [webhook_id, event.body.type]);

describe("a batch with a webhook of its own", () => {
  test("is told of itself alone: its URL is an endpoint that subscribes to nothing else", async () => {
    const at = webhookWorld();
    const batch = await submitted(at, { url, events: ["batch.ended", "item.failed"] });
    const other = await submitted(at, { url: `${url}/other`, events: ["item.succeeded"] });
    const [endpoint] = await readEndpoints(at.store, "ada");
    expect(endpoint).toMatchObject({ url, events: [], disabled: null });
    expect(batch.webhook).toEqual({ id: endpoint?.id, events: ["batch.ended", "item.failed"] });
    await foldBatch(
      batch.id,
      [finished(0, 1), finished(1, 2, result(1, "failed"))].map((event) => of(batch.id, event)),
      at,
    );
    await foldBatch(other.id, [of(other.id, finished(0, 1))], at);
    expect(told(at)).toEqual([
      [endpoint?.id, "item.failed"],
      [endpoint?.id, "batch.ended"],
      [other.webhook?.id, "item.succeeded"],
    ]);
  });

  test("goes by the owner's endpoint at the same URL, and tells no event twice", async () => {
    const at = webhookWorld();
    const { endpoint } = await at.endpoint("https://EXAMPLE.com/hooks", ["batch.ended"]);
    const batch = await submitted(at, { url, events: ["batch.ended", "item.succeeded"] });
    expect(batch.webhook?.id).toBe(endpoint.id);
    expect(await readEndpoints(at.store, "ada")).toHaveLength(1);
    await foldBatch(
      batch.id,
      [finished(0, 1), finished(1, 2)].map((event) => of(batch.id, event)),
      at,
    );
    expect(told(at).map(([, type]) => type)).toEqual(["item.succeeded", "item.succeeded", "batch.ended"]);
  });

  test("is retried with it, and without one that is gone or disabled", async () => {
    const at = webhookWorld();
    const batch = await submitted(at, { url, events: ["batch.ended"] });
    const id = batch.webhook?.id;
    if (id === undefined) throw new Error("expected a webhook");
    const failures = [finished(0, 1, result(0, "failed")), finished(1, 2, result(1, "failed"))];
    await foldBatch(
      batch.id,
      failures.map((event) => of(batch.id, event)),
      at,
    );
    const retry = async () =>
      ((await ask(at, "POST /v1/batches/{id}/retry", { params: { id: batch.id } })).json as BatchView)
        .webhook;
    expect(await retry()).toEqual({ id, events: ["batch.ended"] });
    await changeEndpoint(id, "ada", { enabled: false }, at);
    expect(await retry()).toBeNull();
    await deleteEndpoint(id, "ada", at);
    expect(await retry()).toBeNull();
  });
});

describe("a batch's webhook is refused, and nothing is queued", () => {
  test.each<[name: string, webhook: object, pointer: string, detail: string]>([
    [
      "where the stage does not send",
      { url: "http://example.com/", events: ["batch.ended"] },
      "/webhook/url",
      "must be https",
    ],
    [
      "at a private address",
      { url: "https://10.0.0.1/", events: ["batch.ended"] },
      "/webhook/url",
      "not public",
    ],
    [
      "that is no address",
      { url: "example", events: ["batch.ended"] },
      "/webhook/url",
      "must be a whole address",
    ],
    ["for an event of the stage", { url, events: ["fleet.stopped"] }, "/webhook/events/0", "batch.ended"],
    ["for nothing", { url, events: [] }, "/webhook/events", ""],
    ["with a field that is not known", { url, events: ["batch.ended"], secret: "s" }, "/webhook/secret", ""],
  ])("%s", async (_name, webhook, pointer, detail) => {
    const at = webhookWorld();
    for (const query of [{}, { dry_run: "true" }]) {
      const { status, json } = await ask(at, "POST /v1/batches", { body: { items, webhook }, query });
      expect(status).toBe(422);
      const { errors } = json as { errors: { pointer: string; detail: string }[] };
      expect(errors.map((error) => error.pointer)).toEqual([pointer]);
      expect(errors[0]?.detail).toContain(detail);
    }
    expect(await readEndpoints(at.store, "ada")).toEqual([]);
  });

  test("at an endpoint that is disabled, and beside ten others", async () => {
    const at = webhookWorld();
    const body = { items, webhook: { url, events: ["batch.ended"] } };
    const { endpoint } = await at.endpoint(url);
    await changeEndpoint(endpoint.id, "ada", { enabled: false }, at);
    expect(await ask(at, "POST /v1/batches", { body })).toMatchObject({
      status: 409,
      json: {
        detail:
          "your webhook endpoint at the batch's webhook url is disabled; PATCH it with enabled true first",
      },
    });
    for (let n = 1; n < 10; n += 1) await at.endpoint(`${url}/${n}`);
    const new10 = { items, webhook: { url: `${url}/new`, events: ["batch.ended"] } };
    expect(await ask(at, "POST /v1/batches", { body: new10 })).toMatchObject({
      status: 409,
      json: { detail: "you have 10 webhooks, the maximum; delete one first" },
    });
  });

  test("and a dry run makes no endpoint", async () => {
    const at = webhookWorld();
    const body = { items, webhook: { url, events: ["batch.ended"] } };
    expect((await ask(at, "POST /v1/batches", { body, query: { dry_run: "true" } })).status).toBe(200);
    expect(await readEndpoints(at.store, "ada")).toEqual([]);
  });
});
