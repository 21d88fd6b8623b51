import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../../functions/http/api.ts";
import { readRoutes } from "../../../../functions/http/read/read-routes.ts";
import { submitRoutes } from "../../../../functions/http/submit/submit-routes.ts";
import type {
  DeliveryView,
  WebhookView,
  WebhookWithSecretView as WithSecretJson,
} from "../../../../shared/contract/api/webhooks.ts";
import { deliveryMessageSchema } from "../../../../shared/contract/messages.ts";
import { settings, world } from "../../batch/world.ts";
import { webhookWorld } from "../../webhooks/world.ts";
import { apiEvent, lambdaContext, type EventOptions } from "../api-event.ts";

type World = ReturnType<typeof world>;
const as = (owner: string, scopes = ["read", "submit"]): string =>
  JSON.stringify({ kind: "known", owner, scopes });

async function ask(
  at: World,
  key: string,
  options: Omit<EventOptions, "body"> & { readonly body?: unknown } = {},
) {
  const routes = { ...readRoutes(at, settings), ...submitRoutes(at, settings) };
  const { body, ...rest } = options;
  const event = apiEvent(key, {
    caller: as("ada"),
    ...rest,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await at.clock.runUntil(apiHandler(routes, at.log)(event, lambdaContext));
  return { status: answer.statusCode, json: JSON.parse(answer.body ?? "null") as unknown };
}

const request = { url: "https://example.com/hooks", events: ["batch.ended"] };

async function made(at: World): Promise<WithSecretJson> {
  const { status, json } = await ask(at, "POST /v1/webhooks", { body: request });
  expect(status).toBe(201);
  return json as WithSecretJson;
}

describe("POST /v1/webhooks", () => {
  test("makes an endpoint with a secret of 32 bytes, which no other answer shows", async () => {
    const at = world();
    const { secret, id, ...view } = await made(at);
    expect(Buffer.from((secret ?? "").replace(/^whsec_/, ""), "base64")).toHaveLength(32);
    expect(view).toEqual({
      url: "https://example.com/hooks",
      events: ["batch.ended"],
      description: null,
      enabled: true,
      disabled_reason: null,
      created_at: "2026-01-01T12:00:00.000Z",
      secret_made_at: "2026-01-01T12:00:00.000Z",
      old_secret_until: null,
    });
    const listed = await ask(at, "GET /v1/webhooks");
    expect(listed.json).toEqual({ data: [{ id, ...view }], next_cursor: null, has_more: false });
    const { json } = await ask(at, "GET /v1/webhooks/{id}", { params: { id } });
    expect(json).toEqual({ id, ...view });
    expect(JSON.stringify(at.log.entries)).not.toContain((secret ?? "").slice(6));
    expect((await at.store.get("webhooks/endpoints/ada.json"))?.body).not.toContain("whsec_");
  });

  test("answers a repeat under the same Idempotency-Key without the secret, and makes no second one", async () => {
    const at = world();
    const headers = { "idempotency-key": "k1" };
    const first = (await ask(at, "POST /v1/webhooks", { body: request, headers })).json as WithSecretJson;
    const again = (await ask(at, "POST /v1/webhooks", { body: request, headers })).json as WithSecretJson;
    expect(again).toEqual({ ...first, secret: null });
    expect((await ask(at, "GET /v1/webhooks")).json).toMatchObject({ data: [{ id: first.id }] });
  });

  test.each<[what: string, body: object, pointer: string, detail: string]>([
    ["plain http", { url: "http://example.com/" }, "/url", "must be https"],
    [
      "a private address",
      { url: "https://10.0.0.1/" },
      "/url",
      "leads to an address that is not public; webhooks go to public addresses only",
    ],
    [
      "no address",
      { url: "example.com" },
      "/url",
      "must be a whole address, such as https://example.com/hooks",
    ],
    [
      "another protocol",
      { url: "ftp://example.com/" },
      "/url",
      "must be a whole address, such as https://example.com/hooks",
    ],
    ["a password", { url: "https://me:it@example.com/" }, "/url", "must not hold a name or a password"],
    ["a fragment", { url: "https://example.com/#a" }, "/url", "must not have a fragment (#…)"],
    [
      "a very long address",
      { url: `https://example.com/${"a".repeat(2048)}` },
      "/url",
      "must have at most 2048 characters",
    ],
    ["an event twice", { events: ["batch.ended", "batch.ended"] }, "/events", "must name each event once"],
  ])("refuses %s, and says where", async (_what, change, pointer, detail) => {
    const { status, json } = await ask(world(), "POST /v1/webhooks", { body: { ...request, ...change } });
    expect(status).toBe(422);
    expect(json).toMatchObject({ errors: [{ pointer, detail }] });
  });

  test("refuses an unknown event, no event, and the event of a test", async () => {
    for (const events of [["batch.begun"], [], ["webhook.test"]])
      expect((await ask(world(), "POST /v1/webhooks", { body: { ...request, events } })).status).toBe(422);
  });

  test("refuses an eleventh endpoint, and leaves no secret of it", async () => {
    const at = world();
    for (let n = 0; n < 10; n += 1) await made(at);
    const { status, json } = await ask(at, "POST /v1/webhooks", { body: request });
    expect([status, json]).toMatchObject([
      409,
      { detail: "you have 10 webhooks, the maximum; delete one first" },
    ]);
    expect((await at.store.list("webhooks/secrets/ada/")).objects).toHaveLength(10);
  });
});

describe("another owner's endpoint", () => {
  test.each([
    ["GET /v1/webhooks/{id}", undefined],
    ["PATCH /v1/webhooks/{id}", { enabled: false }],
    ["DELETE /v1/webhooks/{id}", undefined],
    ["POST /v1/webhooks/{id}/test", undefined],
    ["POST /v1/webhooks/{id}/rotate", undefined],
    ["GET /v1/webhooks/{id}/deliveries", undefined],
    ["POST /v1/webhooks/{id}/redeliver", { delivery_id: "8230000000000-01KDVDNG00ZZZZZZZZZZZZZZZZ" }],
  ])("is not found by %s, also for an operator", async (key, body) => {
    const at = world();
    const { id } = await made(at);
    for (const caller of [as("eve"), as("eve", ["read", "submit", "operate"])]) {
      const { status, json } = await ask(at, key, { caller, params: { id }, body });
      expect([status, json]).toMatchObject([404, { detail: "no such webhook" }]);
    }
    expect((await ask(at, "GET /v1/webhooks", { caller: as("eve") })).json).toMatchObject({ data: [] });
    expect((await ask(at, "GET /v1/webhooks")).json).toMatchObject({ data: [{ id, enabled: true }] });
  });
});

describe("PATCH /v1/webhooks/{id}", () => {
  test("changes what it names, and nothing else", async () => {
    const at = world();
    const { secret: _secret, ...before } = await made(at);
    const params = { id: before.id };
    const change = { url: "https://example.org/", description: "backend" };
    const changed = await ask(at, "PATCH /v1/webhooks/{id}", { params, body: change });
    expect(changed).toEqual({ status: 200, json: { ...before, ...change } });
    const disabled = await ask(at, "PATCH /v1/webhooks/{id}", { params, body: { enabled: false } });
    expect(disabled.json).toMatchObject({ enabled: false, disabled_reason: "owner" });
    const enabled = await ask(at, "PATCH /v1/webhooks/{id}", { params, body: { enabled: true } });
    expect(enabled.json).toEqual({ ...before, ...change });
  });

  test("refuses a new address that is not public", async () => {
    const at = world();
    const { id } = await made(at);
    const body = { url: "https://[::1]/" };
    expect((await ask(at, "PATCH /v1/webhooks/{id}", { params: { id }, body })).status).toBe(422);
  });
});

describe("POST /v1/webhooks/{id}/rotate", () => {
  test("shows a new secret once, and until when the old one signs too", async () => {
    const at = world();
    const { id, secret } = await made(at);
    const headers = { "idempotency-key": "k1" };
    const first = (await ask(at, "POST /v1/webhooks/{id}/rotate", { params: { id }, headers }))
      .json as WithSecretJson;
    expect(first.secret).toMatch(/^whsec_/);
    expect(first.secret).not.toBe(secret);
    expect(first.old_secret_until).toBe("2026-01-02T12:00:00.000Z");
    const again = await ask(at, "POST /v1/webhooks/{id}/rotate", { params: { id }, headers });
    expect(again.json).toEqual({ ...first, secret: null });
    await at.clock.advance(86_400_000);
    const { json } = await ask(at, "GET /v1/webhooks/{id}", { params: { id } });
    expect((json as WebhookView).old_secret_until).toBeNull();
  });
});

describe("test, log and redelivery", () => {
  test("a test event is sent whatever the endpoint subscribes to, and its line leads to a redelivery with the same id", async () => {
    const at = webhookWorld();
    const { id } = await made(at);
    const params = { id };
    const tested = await ask(at, "POST /v1/webhooks/{id}/test", { params });
    expect(tested.status).toBe(202);
    await at.run(1000);
    const log = (await ask(at, "GET /v1/webhooks/{id}/deliveries", { params })).json as {
      data: DeliveryView[];
    };
    expect(log.data).toMatchObject([
      { ...(tested.json as object), event_type: "webhook.test", outcome: "delivered" },
    ]);
    const body = { delivery_id: log.data[0]?.id };
    const sent = await ask(at, "POST /v1/webhooks/{id}/redeliver", { params, body });
    expect([sent.status, sent.json]).toEqual([202, tested.json]);
    await at.run(1000);
    expect(at.posts.map(({ headers }) => headers["webhook-id"])).toEqual([
      log.data[0]?.event_id,
      log.data[0]?.event_id,
    ]);
  });

  test("the log comes in pages, the newest line first", async () => {
    const at = webhookWorld();
    const { id } = await made(at);
    for (let n = 0; n < 3; n += 1) {
      await ask(at, "POST /v1/webhooks/{id}/test", { params: { id } });
      await at.run(1000);
      await at.clock.advance(1000);
    }
    const page = async (query: Record<string, string>) =>
      (await ask(at, "GET /v1/webhooks/{id}/deliveries", { params: { id }, query })).json as {
        data: DeliveryView[];
        next_cursor: string | null;
      };
    const first = await page({ limit: "2" });
    const second = await page({ limit: "2", cursor: first.next_cursor ?? "" });
    const times = [...first.data, ...second.data].map((line) => Date.parse(line.at));
    expect(times).toHaveLength(3);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(second.next_cursor).toBeNull();
  });

  test("nothing is sent to a disabled endpoint, by test or redelivery", async () => {
    const at = world();
    const { id } = await made(at);
    await ask(at, "PATCH /v1/webhooks/{id}", { params: { id }, body: { enabled: false } });
    const { status, json } = await ask(at, "POST /v1/webhooks/{id}/test", { params: { id } });
    expect([status, json]).toMatchObject([409, { code: "conflict" }]);
    expect(at.webhooks.contents()).toEqual([]);
  });

  test("a redelivery begins at the first attempt, with a day ahead of it", async () => {
    const at = webhookWorld();
    const { id } = await made(at);
    at.answers(request.url, { kind: "answered", status: 500, body: "", retryAfterMs: null });
    await ask(at, "POST /v1/webhooks/{id}/test", { params: { id } });
    await at.run(2 * 86_400_000);
    const log = (await ask(at, "GET /v1/webhooks/{id}/deliveries", { params: { id } })).json as {
      data: DeliveryView[];
    };
    expect(log.data[0]).toMatchObject({ attempt: 7, outcome: "given_up" });
    const body = { delivery_id: log.data[0]?.id };
    await ask(at, "POST /v1/webhooks/{id}/redeliver", { params: { id }, body });
    const [message] = at.webhooks.contents();
    expect(deliveryMessageSchema.parse(JSON.parse(message?.body ?? ""))).toMatchObject({ attempt: 1 });
  });
});
