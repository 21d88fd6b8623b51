/** The API as a typed client: openapi-fetch over the types that are made of the OpenAPI document. */
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./api-types.ts";
import { ApiProblem, type Problem } from "./api-problem.ts";

/** The bodies and answers of the API, by name. */
export type Schemas = components["schemas"];
export type MusicgenBatch = Client<paths>;

export interface ApiAccess {
  /** Such as `https://abc.execute-api.eu-central-1.amazonaws.com`. */
  readonly apiUrl: string;
  readonly key: string;
}

/** @param fetch what sends the requests, in place of the global `fetch` */
export function createApiClient(
  { apiUrl, key }: ApiAccess,
  fetch?: (request: Request) => Promise<Response>,
): MusicgenBatch {
  const client = createClient<paths>({
    baseUrl: apiUrl,
    headers: { authorization: `Bearer ${key}` },
    ...(fetch !== undefined && { fetch }),
  });
  client.use({ onRequest: ({ request }) => withIdempotencyKey(request) });
  return client;
}

/** A request that is sent again, after an answer that was lost, must not act twice. */
function withIdempotencyKey(request: Request): Request {
  if (request.method === "POST" && !request.headers.has("idempotency-key"))
    request.headers.set("idempotency-key", crypto.randomUUID());
  return request;
}

/** What a call of the client resolves to. */
export interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** @throws ApiProblem when the answer is none of success */
export async function dataOf<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw new ApiProblem(problemOf(error, response), response);
  // Only a failure has no data.
  return data as T;
}

/** The gateway itself answers some requests, such as those above its limits, with less than a problem. */
function problemOf(error: unknown, { status, statusText }: Response): Problem {
  if (typeof error === "object" && error !== null && "code" in error) return error as Problem;
  const isPassing = status === 429 || status >= 500;
  return {
    type: "about:blank",
    title: statusText === "" ? `The API answered ${status}` : statusText,
    status,
    code: status === 429 ? "too_many_requests" : "no_problem_document",
    detail: typeof error === "string" ? error.slice(0, 300) : "the answer has no details",
    request_id: "",
    retryable: isPassing,
  };
}
