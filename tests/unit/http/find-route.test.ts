import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../functions/http/api.ts";
import { readRoutes } from "../../../functions/http/read/read-routes.ts";
import { submitRoutes } from "../../../functions/http/submit/submit-routes.ts";
import { problemSchema } from "../../../shared/contract/api/problem.ts";
import { routeKeys, routes } from "../../../shared/contract/api/routes.ts";
import { settings, submitted, world, type World } from "../batch/world.ts";
import { apiEvent, lambdaContext, type EventOptions } from "./api-event.ts";

/** What the gateway hands to `read` because none of its routes fits. */
async function unrouted(at: World, method: string, path: string, options: EventOptions = {}) {
  const event = apiEvent("$default", options);
  event.rawPath = path;
  event.requestContext.http = { ...event.requestContext.http, method, path };
  const query = new URLSearchParams(options.query).toString();
  const answer = await apiHandler(readRoutes(at, settings), at.log)(
    { ...event, rawQueryString: query },
    lambdaContext,
  );
  return { status: answer.statusCode, headers: answer.headers ?? {}, body: answer.body };
}
const problemIn = ({ body }: { body: string | undefined }) => problemSchema.parse(JSON.parse(body ?? ""));

describe("HEAD", () => {
  test("answers as GET does, without its body", async () => {
    const at = world();
    const { id } = await submitted(at);
    const path = `/v1/batches/${id}`;
    const get = await unrouted(at, "GET", path);
    const head = await unrouted(at, "HEAD", path);
    expect(get.body).toContain(id);
    expect(head).toEqual({ ...get, body: undefined });
    expect(head.headers["etag"]).toMatch(/^W/);
  });

  test.each([
    ["of one without a key", "/v1/models", { caller: '{"kind":"missing_key"}' }, 401],
    ["without the scope", "/v1/stop", { caller: '{"kind":"known","owner":"bob","scopes":["read"]}' }, 403],
    ["of what is not there", "/v1/items/item_x", {}, 404],
    ["of a path that no route has", "/v2", {}, 404],
    ["with a parameter that is not known", "/v1/models", { query: { a: "1" } }, 422],
    ["of what anyone may ask", "/healthz", { caller: undefined }, 200],
  ])("%s has the status of the GET", async (_name, path, options, status) => {
    expect(await unrouted(world(), "HEAD", path, options)).toMatchObject({ status, body: undefined });
  });
});

describe("another method on a known path", () => {
  test.each([
    ["PUT", "/v1/batches", "POST, GET, HEAD"],
    ["PATCH", "/v1/batches/batch_x", "GET, HEAD, DELETE"],
    ["GET", "/v1/batches/batch_x/cancel", "POST"],
    ["HEAD", "/v1/batches/batch_x/cancel/", "POST"],
    ["POST", "/v1/models", "GET, HEAD"],
    ["PATCH", "/v1/stop", "POST, GET, HEAD"],
    ["OPTIONS", "/v1/items/item_x/audio", "GET, HEAD"],
    ["TRACE", "/healthz", "GET, HEAD"],
    ["GET", "/v1/launch", "POST"],
  ])("%s %s is 405, and Allow names what the path takes", async (method, path, allow) => {
    const answer = await unrouted(world(), method, path, { caller: undefined });
    expect([answer.status, answer.headers["allow"]]).toEqual([405, allow]);
    if (method !== "HEAD") expect(problemIn(answer).detail).toBe(`${path} takes ${allow}, not ${method}`);
  });

  test("is 405 for every route, and only for the methods that its path has not", async () => {
    for (const key of routeKeys) {
      const [, path = ""] = key.split(" ");
      expect((await unrouted(world(), "PUT", path.replace("{id}", "x"))).status, key).toBe(405);
    }
  });
});

describe("a slash at the end", () => {
  test.each(["/v1/models/", "/v1/models///", "/v1/"])("GET %s is answered as without it", async (path) => {
    expect((await unrouted(world(), "GET", path)).status).toBe(200);
  });

  test("of an id in the path belongs to no id", async () => {
    const at = world();
    const { id } = await submitted(at);
    expect((await unrouted(at, "GET", `/v1/batches/${id}/`)).body).toContain(`"id":"${id}"`);
  });

  test("leads a POST to the address without it, its query too, and changes nothing", async () => {
    const at = world();
    const answer = await unrouted(at, "POST", "/v1/batches/", { query: { dry_run: "true" }, body: "{}" });
    expect([answer.status, answer.headers["location"]]).toEqual([308, "/v1/batches?dry_run=true"]);
    expect(problemIn(answer).detail).toBe(
      "use the address without the slash at its end: /v1/batches?dry_run=true",
    );
  });
});

describe("a path that no route has", () => {
  test.each([
    "/",
    "/v2/batches",
    "/v1/batches/a/b",
    "/v1/batch",
    "//v1/batches",
    "/v1//batches",
    "/v1/batches//items",
    "/toString",
  ])("%s is 404 and names where the routes are listed", async (path) => {
    const answer = await unrouted(world(), "GET", path, { caller: undefined });
    expect(answer.status).toBe(404);
    expect(problemIn(answer).detail).toBe(`no such route: ${path}; GET /v1 lists the routes`);
  });

  test("is repeated in the answer up to a length", async () => {
    expect((await unrouted(world(), "GET", `/${"x".repeat(9000)}`)).body?.length).toBeLessThan(500);
  });
});

test("every GET is served by the function that also takes what no route fits", () => {
  const gets = routeKeys.filter((key) => key.startsWith("GET "));
  expect(gets.map((key) => routes[key].servedBy)).toEqual(gets.map(() => "read"));
  const served = Object.keys({ ...readRoutes(world(), settings), ...submitRoutes(world(), settings) });
  const operated = routeKeys.filter((key) => routes[key].servedBy === "operate");
  expect([...served, ...operated].sort()).toEqual([...routeKeys].sort());
});
