import { expect, test } from "vitest";
import { ApiProblem, createApiClient, dataOf } from "../../../client/client.ts";

const access = { apiUrl: "https://api.invalid", key: "mgb_test" };

/** A client that gets this answer to every request, and the requests. */
function clientOf(answer: () => Response) {
  const requests: Request[] = [];
  const client = createApiClient(access, (request) => {
    requests.push(request);
    return Promise.resolve(answer());
  });
  return { client, requests };
}
const json = (body: unknown, init: ResponseInit = {}): Response => new Response(JSON.stringify(body), init);

test("a request carries the key, its path and its query", async () => {
  const { client, requests } = clientOf(() => json({ data: [], next_cursor: null, has_more: false }));
  const page = await dataOf(client.GET("/v1/batches", { params: { query: { limit: 5 } } }));
  expect(page.has_more).toBe(false);
  expect(requests.map(({ method, url }) => [method, url])).toEqual([
    ["GET", "https://api.invalid/v1/batches?limit=5"],
  ]);
  expect(requests[0]?.headers.get("authorization")).toBe("Bearer mgb_test");
});

test("every POST carries an Idempotency-Key: the caller's, or one of its own", async () => {
  const { client, requests } = clientOf(() => json({ state: "open", opened_at: null }));
  await client.POST("/v1/start");
  await client.POST("/v1/start");
  await client.POST("/v1/start", { params: { header: { "Idempotency-Key": "order-1" } } });
  const keys = requests.map(({ headers }) => headers.get("idempotency-key"));
  expect(keys[2]).toBe("order-1");
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(keys[1]).not.toBe(keys[0]);
});

test("a problem is thrown with every place that it names, and with how long to wait", async () => {
  const problem = {
    type: "about:blank",
    title: "The input is not valid",
    status: 422,
    code: "invalid_input",
    detail: "the body has 1 fault; nothing was queued",
    request_id: "r-1",
    retryable: false,
    errors: [{ pointer: "/items/0/prompt", detail: "must not be empty" }],
  };
  const { client } = clientOf(() => json(problem, { status: 422, headers: { "retry-after": "60" } }));
  const refused = dataOf(client.POST("/v1/batches", { body: { items: [{ prompt: "" }] } }));
  await expect(refused).rejects.toThrow(ApiProblem);
  await expect(refused).rejects.toThrow("/items/0/prompt: must not be empty");
  await expect(refused).rejects.toMatchObject({ problem: { code: "invalid_input" }, retryAfterMs: 60_000 });
});

test.each([
  [429, '{"message":"Too Many Requests"}', "too_many_requests"],
  [503, '{"message":"Service Unavailable"}', "no_problem_document"],
  [502, "<html>", "no_problem_document"],
])(
  "what the gateway itself answers with %i is a problem, and may be sent again",
  async (status, body, code) => {
    const { client } = clientOf(() => new Response(body, { status }));
    await expect(dataOf(client.GET("/v1/models"))).rejects.toMatchObject({
      problem: { status, code, retryable: true },
    });
  },
);
