import { describe, expect, test } from "vitest";
import * as z from "zod";
import { type ApiEvent, apiHandler, type ApiRequest, type Route } from "../../../functions/http/api.ts";
import { problemSchema } from "../../../shared/contract/api/problem.ts";
import { RecordingLog } from "../../../simulation/memory/recording-log.ts";
import { apiEvent, lambdaContext, type EventOptions } from "./api-event.ts";

const seen: ApiRequest[] = [];
const routes: Record<string, Route> = {
  "POST /v1/echo": {
    scope: "submit",
    query: z.strictObject({ wait: z.string().optional() }),
    handle: (request) => {
      seen.push(request);
      return Promise.resolve({ status: 201, headers: { location: "/here" }, body: { got: request.body } });
    },
  },
  "GET /open": {
    scope: null,
    query: z.strictObject({}),
    handle: () => Promise.resolve({ status: 200, headers: { "content-type": "text/plain" }, body: "fine\n" }),
  },
  "GET /broken": {
    scope: "read",
    query: z.strictObject({}),
    handle: () => Promise.reject(new Error("the secret is 42")),
  },
};

async function call(routeKey: string, options: EventOptions = {}) {
  const log = new RecordingLog();
  const result = await apiHandler(routes, log)(apiEvent(routeKey, options), lambdaContext);
  const body = result.body ?? "";
  return { result, log, body, problem: () => problemSchema.parse(JSON.parse(body)) };
}

describe("apiHandler", () => {
  test("hands a route the parsed body, the caller and lower-case headers", async () => {
    seen.length = 0;
    const { result, body } = await call("POST /v1/echo", {
      body: '{"a":1}',
      headers: { "Idempotency-Key": "k" },
      params: { id: "x" },
      query: { wait: "3" },
    });
    expect(result.statusCode).toBe(201);
    expect(result.headers).toEqual({ "content-type": "application/json", location: "/here" });
    expect(JSON.parse(body)).toEqual({ got: { a: 1 } });
    expect(seen).toMatchObject([
      {
        caller: { owner: "ada" },
        params: { id: "x" },
        query: { wait: "3" },
        headers: { "idempotency-key": "k" },
        bodyText: '{"a":1}',
        requestId: "request-1",
      },
    ]);
  });

  test("decodes a body that the gateway encoded", async () => {
    const { body } = await call("POST /v1/echo", {
      body: Buffer.from('{"title":"Übung"}').toString("base64"),
      isBase64Encoded: true,
    });
    expect(JSON.parse(body)).toEqual({ got: { title: "Übung" } });
  });

  test("serves a route without a scope to anyone, as the text it is", async () => {
    const { result } = await call("GET /open", { caller: undefined });
    expect(result).toEqual({ statusCode: 200, headers: { "content-type": "text/plain" }, body: "fine\n" });
  });

  test("takes null for what a request has not: an emulator says so where AWS leaves it out", async () => {
    const absent = { body: null, pathParameters: null, queryStringParameters: null };
    const event = { ...apiEvent("GET /open"), ...absent } as unknown as ApiEvent;
    const result = await apiHandler(routes, new RecordingLog())(event, lambdaContext);
    expect(result).toMatchObject({ statusCode: 200, body: "fine\n" });
  });

  test("answers a fault as a problem that shows nothing of it, and logs its cause", async () => {
    const { result, body, log, problem } = await call("GET /broken");
    expect(result.statusCode).toBe(500);
    expect(problem()).toMatchObject({ code: "internal", request_id: "request-1", retryable: true });
    expect(body).not.toContain("42");
    expect(log.entries).toMatchObject([
      { level: "error", fields: { error: { message: "the secret is 42" }, request_id: "request-1" } },
    ]);
  });

  test.each<[name: string, options: EventOptions, status: number, code: string, detail: RegExp]>([
    ["no context of the authorizer", { caller: undefined }, 401, "unauthenticated", /Authorization: Bearer/],
    ["a context in words we do not know", { caller: "{}" }, 401, "unauthenticated", /Authorization/],
    ["a context that is not JSON", { caller: "ada" }, 401, "unauthenticated", /Authorization/],
    ["a missing key", { caller: '{"kind":"missing_key"}' }, 401, "unauthenticated", /send your API key/],
    [
      "an unknown key",
      { caller: '{"kind":"unknown_key"}' },
      401,
      "unauthenticated",
      /unknown, expired or revoked/,
    ],
    [
      "a key without the scope",
      { caller: '{"kind":"known","owner":"bob","scopes":["read"]}' },
      403,
      "forbidden",
      /needs the scope 'submit'; the key has 'read'/,
    ],
    ["a body that is not JSON", { body: '{"items": [' }, 400, "malformed_json", /is not JSON: /],
    [
      "a field named __proto__",
      { body: '{"metadata": {"__proto__": "x"}}' },
      422,
      "invalid_input",
      /__proto__/,
    ],
    ["one that is escaped", { body: '{"\\u005f_proto__": 1}' }, 422, "invalid_input", /__proto__/],
    [
      "a body that is not UTF-8",
      { body: Buffer.from([0x22, 0xff, 0x22]).toString("base64"), isBase64Encoded: true },
      400,
      "malformed_json",
      /is not UTF-8/,
    ],
    [
      "a body of more bytes than the limit though of fewer characters",
      { body: `"${"é".repeat(2_100_000)}"` },
      413,
      "body_too_large",
      /has 4200002 bytes; the maximum is 4194304/,
    ],
  ])("refuses %s", async (_name, options, status, code, detail) => {
    seen.length = 0;
    const { result, problem } = await call("POST /v1/echo", { body: "{}", ...options });
    expect(result.statusCode).toBe(status);
    expect(result.headers?.["content-type"]).toBe("application/problem+json");
    expect(problem()).toMatchObject({ status, code, request_id: "request-1" });
    expect(problem().detail).toMatch(detail);
    expect(result.headers?.["www-authenticate"]).toBe(status === 401 ? "Bearer" : undefined);
    expect(seen).toEqual([]);
  });

  test("answers a route that is not in the table, even one that every object has, with 404", async () => {
    expect((await call("GET /v1/nothing")).result.statusCode).toBe(404);
    expect((await call("toString")).result.statusCode).toBe(404);
  });
});
