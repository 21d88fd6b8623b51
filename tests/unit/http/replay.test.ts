import { describe, expect, test } from "vitest";
import { operateRoutes } from "../../../functions/fleet/operate-routes.ts";
import { apiHandler } from "../../../functions/http/api.ts";
import { submitRoutes } from "../../../functions/http/submit/submit-routes.ts";
import { problemSchema } from "../../../shared/contract/api/problem.ts";
import { submitBatch } from "../../../shared/batch/submit/submit.ts";
import { FleetError, StoreError } from "../../../shared/ports.ts";
import { World } from "../fleet/world.ts";
import { apiEvent, lambdaContext, type EventOptions } from "./api-event.ts";

const body = JSON.stringify({ items: [{ prompt: "p" }] });

async function worldWithBatch() {
  const world = new World();
  const submission = { body: JSON.parse(body) as unknown, owner: "ada", idempotency: null };
  const submitted = await submitBatch(submission, world.ports, world.stage.settings);
  if (submitted.kind !== "accepted") throw new Error(submitted.kind);
  return { world, params: { id: submitted.batch.id } };
}
async function start(
  world: World,
  key: string,
  options: EventOptions,
  idempotencyKey = "k",
  ports: World["ports"] = world.ports,
) {
  const routes = { ...submitRoutes(ports, world.stage.settings), ...operateRoutes(ports, world.stage) };
  const event = apiEvent(key, { ...options, headers: { "Idempotency-Key": idempotencyKey } });
  const answer = await apiHandler(routes, world.log)(event, lambdaContext);
  const text = answer.body ?? "";
  return { status: answer.statusCode, text, replayed: answer.headers?.["idempotency-replayed"] ?? null };
}
const call = (world: World, ...asked: [key: string, options: EventOptions, idempotencyKey?: string]) =>
  world.clock.runUntil(start(world, ...asked));
const codeOf = ({ text }: { text: string }) => problemSchema.parse(JSON.parse(text)).code;

describe("an accepted request that comes again under its key", () => {
  test.each<[key: string, more: EventOptions, status: number]>([
    ["POST /v1/estimates", { body }, 200],
    ["POST /v1/batches/{id}/budget", { body: '{"max_cost_usd":"1"}' }, 200],
    ["POST /v1/batches/{id}/cancel", { body: '{"mode":"drain"}' }, 202],
    ["POST /v1/launch", {}, 202],
    ["POST /v1/stop", {}, 202],
    ["POST /v1/start", {}, 200],
  ])("to %s has its first answer, word for word, and is not done twice", async (key, more, status) => {
    const { world, params } = await worldWithBatch();
    const first = await call(world, key, { ...more, params });
    expect(first).toMatchObject({ status, replayed: null });
    const woken = world.launcher.count;
    await world.clock.advance(60_000);
    const second = await call(world, key, { ...more, params });
    expect(second).toEqual({ ...first, replayed: "true" });
    expect(world.launcher.count).toBe(woken);
    const other = await call(world, key, { ...more, params }, "another key");
    expect(other.replayed).toBeNull();
  });

  test("is another request with another body, path, query or route, and refused", async () => {
    const { world, params } = await worldWithBatch();
    await call(world, "POST /v1/estimates", { body });
    for (const [key, options] of [
      ["POST /v1/estimates", { body: `${body} ` }],
      ["POST /v1/batches", { body }],
      ["POST /v1/launch", { query: { dry_run: "true" } }],
      ["POST /v1/batches/{id}/cancel", { body: '{"mode":"drain"}', params }],
    ] as const)
      expect(codeOf(await call(world, key, options))).toBe("idempotency_key_reused");
  });

  test("of a submit refuses its key to other routes too", async () => {
    const { world } = await worldWithBatch();
    await call(world, "POST /v1/batches", { body });
    expect(codeOf(await call(world, "POST /v1/estimates", { body }))).toBe("idempotency_key_reused");
  });

  test("of another owner is another request", async () => {
    const { world } = await worldWithBatch();
    await call(world, "POST /v1/estimates", { body });
    const caller = '{"kind":"known","owner":"eve","scopes":["submit"]}';
    expect((await call(world, "POST /v1/estimates", { body: `${body} `, caller })).status).toBe(200);
  });
});

describe("a request that is not done", () => {
  test("tells one that comes meanwhile to wait, and is done again when it never ended", async () => {
    const { world } = await worldWithBatch();
    const launcher = { trigger: () => new Promise<void>(() => undefined) };
    void start(world, "POST /v1/launch", {}, "k", { ...world.ports, launcher });
    await world.clock.advance(0);
    expect(codeOf(await call(world, "POST /v1/launch", {}))).toBe("in_progress");
    await world.clock.advance(30_000);
    expect(await call(world, "POST /v1/launch", {})).toMatchObject({ status: 202, replayed: null });
  });

  test("that was refused frees its key for the right one", async () => {
    const { world, params } = await worldWithBatch();
    expect(
      (await call(world, "POST /v1/batches/{id}/cancel", { params, body: '{"mode":"now"}' })).status,
    ).toBe(422);
    expect(
      (await call(world, "POST /v1/batches/{id}/cancel", { params, body: '{"mode":"drain"}' })).status,
    ).toBe(202);
  });

  test("that failed may come again at once", async () => {
    const { world } = await worldWithBatch();
    world.faults.beforeNext("list", /^$/, () => {
      throw new FleetError("no answer");
    });
    const asked = ["POST /v1/launch", { query: { dry_run: "true" } }] as const;
    expect((await call(world, ...asked)).status).toBe(500);
    expect(await call(world, ...asked)).toMatchObject({ status: 200, replayed: null });
  });

  test("a stop is not kept from stopping by a store that does not answer", async () => {
    const { world } = await worldWithBatch();
    for (let failure = 0; failure < 400; failure += 1)
      world.faults.beforeNext("get", /idempotency/, () => {
        throw new StoreError("no answer", "key", { cause: null });
      });
    expect((await call(world, "POST /v1/stop", {})).status).toBe(202);
    expect(world.log.entries.some(({ message }) => message.includes("serving the request without it"))).toBe(
      true,
    );
  });
});
