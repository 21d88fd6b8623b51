/** Every route of the OpenAPI document × every kind of request, against a running API: all as documented. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Described, JsonSchema, Operation } from "../../functions/http/about/docs/described.ts";
import { sampleOf } from "../../functions/http/about/docs/sample.ts";
import { problemSchema } from "../../shared/contract/api/problem.ts";
import { routeKeys, routes, type RouteKey, type RouteTerms } from "../../shared/contract/api/routes.ts";
import { jsonOf } from "../../shared/contract/json.ts";
import { inParallel } from "../../shared/flow/in-parallel.ts";
import type { ApiUnderTest, Ask, Asked } from "./api-under-test.ts";
import { rightRequests } from "./right-requests.ts";
import { wrongValues } from "./wrong-values.ts";

const unknownIds: Readonly<Record<string, string>> = {
  batches: "batch_01KDVDNG00ZZZZZZZZZZZZZZZZ",
  items: "item_01KDVDNG00ZZZZZZZZZZZZZZZZ_0",
  keys: "key_0123456789abcdef",
};

export function describeApiTable(start: () => Promise<ApiUnderTest>): void {
  let api: ApiUnderTest;
  let document: Described;
  let strangersKey = "";
  let batchId = "";

  beforeAll(async () => {
    api = await start();
    document = (await (await fetch(`${api.url}/openapi.json`)).json()) as Described;
    const key = await ask("POST /v1/keys", { body: '{"owner": "eve", "scopes": ["read", "submit"]}' });
    strangersKey = (key.json as { key: string }).key;
    const body = '{"speed": "economy", "items": [{"prompt": "p", "duration_seconds": 1}]}';
    batchId = ((await ask("POST /v1/batches", { body })).json as { id: string }).id;
  });
  afterAll(async () => {
    await ask("POST /v1/batches/{id}/cancel", { id: batchId, body: '{"mode": "abort"}' });
    await api.stop();
  });

  const operationOf = (route: string): Operation => {
    const [method = "", path = ""] = route.split(" ");
    const operation = document.paths[path]?.[method.toLowerCase()];
    if (operation === undefined) throw new Error(`${route} is not described`);
    return operation;
  };
  const bodySchemaOf = (route: string): JsonSchema | undefined =>
    operationOf(route).requestBody?.content["application/json"]?.schema;
  const rightBody = (route: string): unknown => {
    const schema = bodySchemaOf(route);
    return schema === undefined ? undefined : sampleOf(schema, document.components.schemas);
  };
  const wrongBodiesOf = (route: RouteKey) => {
    const schema = bodySchemaOf(route);
    return schema === undefined ? [] : wrongValues(schema, rightBody(route), document.components.schemas);
  };
  const unknownId = (route: string): string => unknownIds[route.split("/")[2] ?? ""] ?? "x";

  /** What is answered must be described: its status, its type, and all that is in it. */
  async function ask(route: RouteKey, { key, query = "", id, body, headers }: Asked = {}) {
    const [method = "", path = ""] = route.split(" ");
    const right = rightBody(route);
    const sent = body ?? (right === undefined ? undefined : JSON.stringify(right));
    const url = `${api.url}${path.replace("{id}", id ?? unknownId(route))}${query}`;
    const response = await fetch(url, {
      method,
      redirect: "manual",
      headers: {
        ...(key !== null && { authorization: `Bearer ${key ?? api.keys.operate}` }),
        ...(sent !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(sent !== undefined && method !== "GET" && { body: sent as string }),
    });
    const text = await response.text();
    const described = operationOf(route).responses[String(response.status)];
    expect(described, `${route} answered ${response.status} ${text}`).toBeDefined();
    const type = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
    if (text !== "") expect(Object.keys(described?.content ?? {})).toContain(type);
    const json = jsonOf(text);
    if (response.status >= 400) problemSchema.parse(json);
    else expectAsDescribed(route, response.status, text);
    return { status: response.status, json };
  }

  test("every route, rightly asked, answers as it is described", async () => {
    const refused: string[] = [];
    const asked = new Set<RouteKey>();
    const right: Ask = async (route, terms) => {
      const answer = await ask(route, terms);
      asked.add(route);
      if (answer.status >= 400) refused.push(`${route}: ${answer.status} ${JSON.stringify(answer.json)}`);
      return answer;
    };
    await rightRequests(right, api);
    expect(refused).toEqual([]);
    expect(routeKeys.filter((route) => !asked.has(route))).toEqual([]);
  });

  test.each(routeKeys)(
    "%s without a key, with an unknown one, and with one that lacks the scope",
    async (route) => {
      const { scope } = routes[route];
      if (scope === null) {
        expect((await ask(route, { key: null })).status).toBe(200);
        return;
      }
      expect((await ask(route, { key: null })).status).toBe(401);
      expect((await ask(route, { key: "mgb_unknown" })).status).toBe(401);
      const weaker = scope === "operate" ? api.keys.submit : api.keys.read;
      if (scope !== "read") expect((await ask(route, { key: weaker })).status).toBe(403);
    },
  );

  test.each(routeKeys.filter((route) => route.includes("{id}")))(
    "%s of what is not there, of no id, and of another owner's",
    async (route) => {
      const ids = [unknownId(route), "x", "%00", "..%2Fkeys"];
      const statuses = await inParallel(ids, api.atOnce, async (id) => (await ask(route, { id })).status);
      // A body that the route does not take is a fault before what it is about.
      for (const status of statuses)
        expect([404, ...(bodySchemaOf(route) === undefined ? [] : [422])]).toContain(status);
      const [, , things] = route.split("/");
      const theirs = things === "items" ? `${batchId.replace("batch", "item")}_0` : batchId;
      const isTheirs = things === "batches" || things === "items";
      if (isTheirs) expect((await ask(route, { id: theirs, key: strangersKey })).status).toBe(404);
    },
  );

  test.each(routeKeys)("%s with a query that is not known, and with each parameter wrong", async (route) => {
    const wrong = (operationOf(route).parameters ?? [])
      .filter((parameter) => parameter.in === "query")
      .flatMap(({ name, schema }) =>
        wrongTexts(schema).map((text) => `?${name}=${encodeURIComponent(text)}`),
      );
    const queries = ["?nothing=1", ...wrong];
    const statuses = await inParallel(
      queries,
      api.atOnce,
      async (query) => (await ask(route, { query })).status,
    );
    expect(statuses.map((status, place) => [queries[place], status])).toEqual(
      queries.map((query) => [query, 422]),
    );
  });

  test.each(routeKeys.filter((route) => !/^(GET|DELETE) /.test(route)))(
    "%s with a body that is not JSON, not UTF-8, or too large, and with an endless Idempotency-Key",
    async (route) => {
      expect((await ask(route, { body: "{" })).status).toBe(400);
      // As JSON a gateway may take it for text, and mend it.
      const bytes = {
        body: new Uint8Array([0x22, 0xff, 0x22]),
        headers: { "content-type": "application/octet-stream" },
      };
      expect((await ask(route, bytes)).status).toBe(400);
      expect((await ask(route, { body: `"${"x".repeat(4 * 1024 * 1024)}"` })).status).toBe(413);
      if (!route.startsWith("POST ")) return;
      const headers = { "idempotency-key": "k".repeat(256) };
      expect((await ask(route, { headers })).status).toBe(422);
    },
  );

  test("every field of every body, wrong in each way that the document says, is refused at its place", async () => {
    const tried = routeKeys.flatMap((route) => wrongBodiesOf(route).map((wrong) => ({ route, ...wrong })));
    const accepted = await inParallel(tried, api.atOnce, async ({ route, pointer, why, value }) => {
      const id = route.includes("/batches/") ? batchId : unknownId(route);
      const { status, json } = await ask(route, { id, body: JSON.stringify(value) });
      // Of an id that is not there the body may not matter.
      if (status === 404 && id !== batchId) return [];
      const { errors = [] } = status === 422 ? problemSchema.parse(json) : {};
      const isNamed = errors.some(
        (error) => error.pointer.startsWith(pointer) || pointer.startsWith(error.pointer),
      );
      return isNamed ? [] : [`${route}: ${pointer} ${why}: ${status} ${JSON.stringify(json).slice(0, 200)}`];
    });
    expect(accepted.flat()).toEqual([]);
    expect(tried.length).toBeGreaterThan(150);
  });
}

/** @throws when the route's own schema refuses the answer */
function expectAsDescribed(route: RouteKey, status: number, text: string): void {
  const { answers, form }: RouteTerms = routes[route];
  const schema = answers[status];
  if (schema == null) expect([route, text]).toEqual([route, ""]);
  else if (form === "page") schema.parse(text);
  else
    for (const line of form === "lines" ? text.split("\n").filter((line) => line !== "") : [text])
      schema.parse(jsonOf(line));
}

/** Texts that a parameter does not take. */
function wrongTexts(schema: JsonSchema): string[] {
  const { minimum, maximum } = schema;
  return [
    "",
    ...(schema.type === "string" && schema["pattern"] === undefined && schema.enum === undefined
      ? []
      : ["\u0007"]),
    ...(typeof minimum === "number" ? [String(minimum - 1)] : []),
    ...(typeof maximum === "number" ? [String(maximum + 1)] : []),
    ...(schema.type === "integer" ? ["1.5", "1e1", "one"] : []),
  ];
}
