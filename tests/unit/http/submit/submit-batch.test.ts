import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../../functions/http/api.ts";
import { submitRoutes } from "../../../../functions/http/submit/submit-routes.ts";
import { batchCheckViewSchema, batchViewSchema } from "../../../../shared/contract/api/api.ts";
import { problemSchema } from "../../../../shared/contract/api/problem.ts";

import { of, started } from "../../batch/events.ts";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import {
  allKeys,
  jobsIn,
  prompts,
  settings,
  stopService,
  submitted,
  world,
  type World,
} from "../../batch/world.ts";
import { apiEvent, lambdaContext, type EventOptions } from "../api-event.ts";

async function call(at: World, routeKey: string, options: EventOptions) {
  const handler = apiHandler(submitRoutes(at, settings), at.log);
  const result = await handler(apiEvent(routeKey, options), lambdaContext);
  return { ...result, json: JSON.parse(result.body ?? "null") as unknown };
}
const post = (at: World, body: unknown, options: EventOptions = {}) =>
  call(at, "POST /v1/batches", { body: JSON.stringify(body), ...options });

describe("POST /v1/batches", () => {
  test("answers 202 with the batch's place and the batch as it begins", async () => {
    const at = world();
    const answer = await post(at, { ...prompts(2), name: "two", metadata: { a: "b" } });
    const view = batchViewSchema.parse(answer.json);
    expect(answer.statusCode).toBe(202);
    expect(answer.headers?.["location"]).toBe(`/v1/batches/${view.id}`);
    expect(view).toMatchObject({
      name: "two",
      status: "queued",
      outcome: null,
      model: "small",
      progress: 0,
      counts: { total: 2, queued: 2 },
      audio_seconds: { total: 20, succeeded: 0 },
      cost: { accrued_usd: "0.00", instance_seconds: 0 },
      metadata: { a: "b" },
    });
    expect(jobsIn(at)).toHaveLength(2);
  });

  test("repeats its answer to the same Idempotency-Key word for word, whatever has happened since", async () => {
    const at = world();
    const headers = { "Idempotency-Key": "k1" };
    const first = await post(at, prompts(2), { headers });
    const { id } = batchViewSchema.parse(first.json);
    await foldEvents([of(id, started(0, 1))], at);
    const second = await post(at, prompts(2), { headers });
    expect(second.body).toBe(first.body);
    expect(second.statusCode).toBe(202);
    expect(second.headers?.["idempotency-replayed"]).toBe("true");
    expect(first.headers?.["idempotency-replayed"]).toBeUndefined();
    expect(jobsIn(at)).toHaveLength(2);
    const other = await post(at, prompts(3), { headers });
    expect(problemSchema.parse(other.json)).toMatchObject({ status: 422, code: "idempotency_key_reused" });
  });

  test("repeats its answer while the service is stopped, and refuses what is new", async () => {
    const at = world();
    const headers = { "Idempotency-Key": "k1" };
    const first = await post(at, prompts(2), { headers });
    await stopService(at);
    const second = await post(at, prompts(2), { headers });
    expect([second.statusCode, second.body]).toEqual([202, first.body]);
    expect((await post(at, prompts(2), { headers: { "Idempotency-Key": "k2" } })).statusCode).toBe(503);
  });

  test("answers 429 and when to come again to one more than may be active", async () => {
    const at = world();
    const limits = { ...settings.limits, active_batches_per_owner: 1 };
    const handler = apiHandler(submitRoutes(at, { ...settings, limits }), at.log);
    const submitOnce = () =>
      handler(apiEvent("POST /v1/batches", { body: JSON.stringify(prompts(1)) }), lambdaContext);
    expect((await submitOnce()).statusCode).toBe(202);
    const answer = await submitOnce();
    expect([answer.statusCode, answer.headers?.["retry-after"]]).toEqual([429, "60"]);
    expect(problemSchema.parse(JSON.parse(answer.body ?? ""))).toMatchObject({
      code: "too_many_batches",
      detail: "you have reached the maximum of active batches (1); submit again when one has ended",
      retryable: true,
    });
  });

  test("a dry run says what would be made and makes nothing", async () => {
    const at = world();
    const body = { items: [{ prompt: "p", variations: 3, duration_seconds: 4 }], speed: "economy" };
    const answer = await post(at, body, { query: { dry_run: "true" } });
    expect(answer.statusCode).toBe(200);
    expect(batchCheckViewSchema.parse(answer.json)).toMatchObject({
      model: "small",
      speed: "economy",
      items: 3,
      audio_seconds: 12,
      estimate: { seconds: { high: 3600 } },
    });
    expect(await allKeys(at)).toEqual([]);
    const refused = await post(at, { items: [] }, { query: { dry_run: "true" } });
    expect(refused.statusCode).toBe(422);
  });

  test("an estimate is a dry run by another name", async () => {
    const at = world();
    const estimate = await call(at, "POST /v1/estimates", { body: JSON.stringify(prompts(3)) });
    const dryRun = await post(at, prompts(3), { query: { dry_run: "true" } });
    expect(estimate.statusCode).toBe(200);
    expect(estimate.json).toEqual(dryRun.json);
    const refused = await call(at, "POST /v1/estimates", { body: JSON.stringify({ items: [] }) });
    expect(refused.statusCode).toBe(422);
  });

  test("keeps what was foreseen and what the batch may cost with the batch", async () => {
    const at = world();
    const { estimate } = batchCheckViewSchema.parse(
      (await post(at, prompts(2), { query: { dry_run: "true" } })).json,
    );
    const view = batchViewSchema.parse((await post(at, { ...prompts(2), max_cost_usd: "0.5" })).json);
    expect(view.cost).toMatchObject({ estimate, max_usd: "0.50", saved_usd: "0.00", receipt: null });
  });

  const readOnly = JSON.stringify({ kind: "known", owner: "ada", scopes: ["read"] });
  const good = JSON.stringify(prompts(1));
  const many = (count: number) => JSON.stringify(prompts(count));
  const oneItem = (item: object) => JSON.stringify({ items: [{ prompt: "p", ...item }] });
  test.each<[name: string, options: EventOptions, status: number, code: string, pointer: string | null]>([
    ["a malformed body", { body: '{"items": [{' }, 400, "malformed_json", null],
    ["no body", {}, 422, "invalid_input", ""],
    [
      "a prompt of 1,001 characters",
      { body: oneItem({ prompt: "🎵".repeat(1001) }) },
      422,
      "invalid_input",
      "/items/0/prompt",
    ],
    [
      "an amount that is a number",
      { body: JSON.stringify({ ...prompts(1), max_cost_usd: 1.5 }) },
      422,
      "invalid_input",
      "/max_cost_usd",
    ],
    [
      "an amount of nothing",
      { body: JSON.stringify({ ...prompts(1), max_cost_usd: "0.00" }) },
      422,
      "invalid_input",
      "/max_cost_usd",
    ],
    ["1,001 items", { body: many(1001) }, 422, "invalid_input", "/items"],
    [
      "a duplicate custom_id",
      {
        body: JSON.stringify({
          items: [
            { prompt: "p", custom_id: "a" },
            { prompt: "q", custom_id: "a" },
          ],
        }),
      },
      422,
      "invalid_input",
      "/items/1/custom_id",
    ],
    [
      "a duration of 31 s",
      { body: oneItem({ duration_seconds: 31 }) },
      422,
      "invalid_input",
      "/items/0/duration_seconds",
    ],
    ["an unknown field", { body: oneItem({ tempo: 120 }) }, 422, "invalid_input", "/items/0/tempo"],
    [
      "an unknown field of the batch",
      { body: JSON.stringify({ ...prompts(1), webhok: {} }) },
      422,
      "invalid_input",
      "/webhok",
    ],
    [
      "a name that tries to be a prototype",
      { body: '{"items":[{"prompt":"p"}],"constructor":1}' },
      422,
      "invalid_input",
      "/constructor",
    ],
    ["a missing key", { body: good, caller: '{"kind":"missing_key"}' }, 401, "unauthenticated", null],
    ["a wrong key", { body: good, caller: '{"kind":"unknown_key"}' }, 401, "unauthenticated", null],
    ["a key without the scope", { body: good, caller: readOnly }, 403, "forbidden", null],
    [
      "a body over the limit",
      { body: oneItem({ prompt: "x".repeat(4_194_304) }) },
      413,
      "body_too_large",
      null,
    ],
    ["an unknown query parameter", { body: good, query: { dryrun: "true" } }, 422, "invalid_input", null],
    [
      "an endless Idempotency-Key",
      { body: good, headers: { "idempotency-key": "k".repeat(256) } },
      422,
      "invalid_input",
      null,
    ],
    [
      "an Idempotency-Key of nothing",
      { body: good, headers: { "idempotency-key": "  " } },
      422,
      "invalid_input",
      null,
    ],
    [
      "an Idempotency-Key beyond ASCII",
      { body: good, headers: { "idempotency-key": "schlüssel" } },
      422,
      "invalid_input",
      null,
    ],
    [
      "a prompt that is cut in an emoji",
      { body: '{"items":[{"prompt":"lofi \\ud83c"}]}' },
      422,
      "invalid_input",
      "/items/0/prompt",
    ],
    [
      "metadata of 17 entries",
      {
        body: JSON.stringify({
          ...prompts(1),
          metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, ""])),
        }),
      },
      422,
      "invalid_input",
      "/metadata",
    ],
    [
      "a name in metadata of 65 characters",
      { body: JSON.stringify({ ...prompts(1), metadata: { ["é".repeat(65)]: "" } }) },
      422,
      "invalid_input",
      `/metadata/${"é".repeat(65)}`,
    ],
    [
      "a value in metadata of 513 characters",
      { body: JSON.stringify({ ...prompts(1), metadata: { mood: "𝄞".repeat(513) } }) },
      422,
      "invalid_input",
      "/metadata/mood",
    ],
    [
      "more than may be queued",
      {
        body: JSON.stringify({ items: Array.from({ length: 300 }, () => ({ prompt: "p", variations: 7 })) }),
      },
      429,
      "queue_full",
      null,
    ],
  ])(
    "refuses %s with a clear problem, and nothing is stored or queued",
    async (_name, options, status, code, pointer) => {
      const at = world();
      const answer = await call(at, "POST /v1/batches", options);
      expect(answer.statusCode).toBe(status);
      expect(answer.headers?.["content-type"]).toBe("application/problem+json");
      const problem = problemSchema.parse(answer.json);
      expect(problem).toMatchObject({ status, code, request_id: "request-1" });
      expect(problem.detail.length).toBeGreaterThan(10);
      expect(problem.errors?.map((fault) => fault.pointer) ?? null).toEqual(
        pointer === null ? null : [pointer],
      );
      expect(await allKeys(at)).toEqual([]);
      expect(jobsIn(at)).toEqual([]);
      expect(at.launcher.count).toBe(0);
    },
  );

  test("a query parameter that is not known is refused with the name that was meant", async () => {
    const answer = await post(world(), prompts(1), { query: { dryRun: "true" } });
    expect(problemSchema.parse(answer.json).detail).toBe(
      "in the query: 'dryRun': is not a known field; did you mean 'dry_run'? known: dry_run",
    );
  });

  test("a body with more faults than anyone reads is answered with the first thousand", async () => {
    const at = world();
    const items = Array.from({ length: 600 }, () => ({ a: 1, b: 2 }));
    const problem = problemSchema.parse((await post(at, { items })).json);
    expect(problem.errors).toHaveLength(1000);
    expect(problem.detail).toBe(
      "the body has 1800 faults, the first 1000 of which are listed; nothing was queued",
    );
  });

  test("takes metadata of 16 entries, of 64 characters for each name and 512 for each value", async () => {
    const at = world();
    const entries = Array.from({ length: 16 }, (_, n) => [
      `${"é".repeat(62)}${String(n).padStart(2, "0")}`,
      "𝄞".repeat(512),
    ]);
    const metadata = Object.fromEntries(entries) as Record<string, string>;
    const answer = await post(at, { ...prompts(1), metadata });
    expect(answer.statusCode).toBe(202);
    expect(batchViewSchema.parse(answer.json).metadata).toEqual(metadata);
  });

  test("refuses while the service is stopped, and says that asking again later can help", async () => {
    const at = world();
    await stopService(at);
    const answer = await post(at, prompts(1));
    expect(problemSchema.parse(answer.json)).toMatchObject({ status: 503, code: "stopped", retryable: true });
    expect(jobsIn(at)).toEqual([]);
  });
});

describe("POST /v1/batches/{id}/cancel", () => {
  const cancel = (at: World, id: string, body: unknown, options: EventOptions = {}) =>
    call(at, "POST /v1/batches/{id}/cancel", { body: JSON.stringify(body), params: { id }, ...options });

  test("answers with the batch as it is afterwards", async () => {
    const at = world();
    const { id } = await submitted(at);
    await foldEvents([of(id, started(0, 1))], at);
    const answer = await cancel(at, id, { mode: "drain" });
    expect(answer.statusCode).toBe(202);
    expect(batchViewSchema.parse(answer.json)).toMatchObject({
      status: "canceling",
      counts: { canceled: 2, running: 1 },
    });
  });

  test("a batch that has ended is a conflict", async () => {
    const at = world();
    const { id } = await submitted(at);
    const answer = await cancel(at, id, { mode: "drain" });
    expect(batchViewSchema.parse(answer.json)).toMatchObject({ status: "ended", outcome: "canceled" });
    expect((await cancel(at, id, { mode: "drain" })).statusCode).toBe(409);
  });

  test.each<[name: string, body: unknown, options: EventOptions, status: number]>([
    ["an unknown mode", { mode: "now" }, {}, 422],
    [
      "another owner's batch",
      { mode: "drain" },
      { caller: JSON.stringify({ kind: "known", owner: "bob", scopes: ["submit"] }) },
      404,
    ],
    ["an id that is none", { mode: "drain" }, { params: { id: "../fleet/latch" } }, 404],
  ])("refuses %s", async (_name, body, options, status) => {
    const at = world();
    const { id } = await submitted(at);
    expect((await cancel(at, id, body, options)).statusCode).toBe(status);
    expect(await allKeys(at)).not.toContain(`batches/${id}/control.json`);
  });
});
