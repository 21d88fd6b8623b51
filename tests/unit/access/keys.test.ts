/** Keys from their making to their end, as an operator sees them and as the authorizer does. */
import { describe, expect, test } from "vitest";
import { operateRoutes } from "../../../functions/fleet/operate-routes.ts";
import { apiHandler } from "../../../functions/http/api.ts";
import { authorizer } from "../../../functions/http/authorizer.ts";
import { readRoutes } from "../../../functions/http/read/read-routes.ts";
import { createdKeyViewSchema, keyViewSchema } from "../../../shared/contract/api/api-key.ts";
import { callerSchema, pageSchema } from "../../../shared/contract/api/api.ts";
import { problemSchema } from "../../../shared/contract/api/problem.ts";
import { World } from "../fleet/world.ts";
import { apiEvent, lambdaContext, type EventOptions } from "../http/api-event.ts";

class Keys {
  readonly world = new World();
  readonly #authorize = authorizer(this.world);

  async call(route: string, options: EventOptions = {}) {
    const { ports, stage, log, clock } = this.world;
    const routes = { ...readRoutes(ports, stage.settings), ...operateRoutes(ports, stage) };
    const answer = await clock.runUntil(apiHandler(routes, log)(apiEvent(route, options), lambdaContext));
    return {
      status: answer.statusCode,
      headers: answer.headers ?? {},
      json: JSON.parse(answer.body ?? "null") as unknown,
    };
  }

  async create(body: object, headers: Record<string, string> = {}) {
    const { json } = await this.call("POST /v1/keys", { body: JSON.stringify(body), headers });
    return createdKeyViewSchema.parse(json);
  }

  async list(query: Record<string, string> = {}) {
    return pageSchema(keyViewSchema).parse((await this.call("GET /v1/keys", { query })).json);
  }

  async callerOf(key: string | null) {
    const { context } = await this.#authorize({ headers: { authorization: `Bearer ${key ?? ""}` } });
    return callerSchema.parse(JSON.parse(context.caller));
  }

  async stored(): Promise<string> {
    const { objects } = await this.world.store.list("");
    const bodies = await Promise.all(objects.map(({ key }) => this.world.store.get(key)));
    return JSON.stringify([objects, bodies]);
  }
}

describe("a key that is made", () => {
  test("opens what its scopes say, in the name of its owner", async () => {
    const keys = new Keys();
    const made = await keys.create({ owner: "ada", scopes: ["read", "submit"], name: "CI" });
    expect(made).toMatchObject({
      owner: "ada",
      name: "CI",
      status: "active",
      expires_at: null,
      revoked_at: null,
    });
    expect(await keys.callerOf(made.key)).toEqual({
      kind: "known",
      key_id: made.id,
      owner: "ada",
      scopes: ["read", "submit"],
    });
  });

  test("is its maker's own where no owner is named", async () => {
    expect((await new Keys().create({ scopes: ["read"] })).owner).toBe("ada");
  });

  test("is shown once: neither the list nor anything that is stored holds it", async () => {
    const keys = new Keys();
    const { key, id } = await keys.create({ scopes: ["read"] }, { "idempotency-key": "k" });
    expect(key).toMatch(/^mgb_[A-Za-z0-9_-]{32}$/);
    expect((await keys.list()).data.map((one) => one.id)).toEqual([id]);
    expect(await keys.stored()).not.toContain(key);
  });

  test("is not made a second time under the same Idempotency-Key, and the repeat does not show it", async () => {
    const keys = new Keys();
    const first = await keys.create({ scopes: ["read"] }, { "idempotency-key": "k" });
    expect(await keys.create({ scopes: ["read"] }, { "idempotency-key": "k" })).toEqual({
      ...first,
      key: null,
    });
    expect((await keys.list()).data).toHaveLength(1);
  });

  test("ends at the time that was asked for", async () => {
    const keys = new Keys();
    const { key } = await keys.create({ scopes: ["read"], expires_in_seconds: 60 });
    await keys.world.clock.advance(60_000);
    expect(await keys.callerOf(key)).toEqual({ kind: "unknown_key" });
    expect((await keys.list()).data[0]).toMatchObject({ status: "expired" });
  });

  test.each<[name: string, body: object, pointer: string]>([
    ["without a scope", { scopes: [] }, "/scopes"],
    ["with a scope twice", { scopes: ["read", "read"] }, "/scopes"],
    ["with an unknown scope", { scopes: ["admin"] }, "/scopes/0"],
    ["for an owner that cannot be part of a path", { scopes: ["read"], owner: "a/b" }, "/owner"],
    ["for less than a minute", { scopes: ["read"], expires_in_seconds: 59 }, "/expires_in_seconds"],
    ["with a name of invisible characters", { scopes: ["read"], name: " " }, "/name"],
  ])("%s is refused at its place", async (_name, body, pointer) => {
    const { status, json } = await new Keys().call("POST /v1/keys", { body: JSON.stringify(body) });
    expect(status).toBe(422);
    expect(problemSchema.parse(json).errors?.map((fault) => fault.pointer)).toEqual([pointer]);
  });
});

describe("a key that is revoked", () => {
  test("stops working within 30 s, although it was in use", async () => {
    const keys = new Keys();
    const { key, id } = await keys.create({ scopes: ["read"] });
    await keys.callerOf(key);
    const { status, json } = await keys.call("DELETE /v1/keys/{id}", { params: { id } });
    expect(status).toBe(200);
    expect(json).toMatchObject({ id, status: "revoked", revoked_at: "2026-01-01T00:00:00.000Z" });
    await keys.world.clock.advance(30_000);
    expect(await keys.callerOf(key)).toEqual({ kind: "unknown_key" });
  });

  test("keeps the time of its first revocation", async () => {
    const keys = new Keys();
    const { id } = await keys.create({ scopes: ["read"] });
    const first = await keys.call("DELETE /v1/keys/{id}", { params: { id } });
    await keys.world.clock.advance(5_000);
    expect((await keys.call("DELETE /v1/keys/{id}", { params: { id } })).json).toEqual(first.json);
  });
});

test("a list of keys comes page by page, each key once", async () => {
  const keys = new Keys();
  const ids = new Set<string>();
  for (let count = 0; count < 7; count += 1) ids.add((await keys.create({ scopes: ["read"] })).id);
  const seen: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await keys.list({ limit: "3", ...(cursor === undefined ? {} : { cursor }) });
    expect(page.data.length).toBeLessThanOrEqual(3);
    seen.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  expect(seen.toSorted()).toEqual([...ids].toSorted());
});

test("only a key that may operate makes, lists and revokes keys", async () => {
  const keys = new Keys();
  const caller = '{"kind":"known","owner":"ada","scopes":["read","submit"]}';
  for (const route of ["GET /v1/keys", "POST /v1/keys", "DELETE /v1/keys/{id}"])
    expect((await keys.call(route, { caller, params: { id: "key_0123456789abcdef" } })).status).toBe(403);
});
