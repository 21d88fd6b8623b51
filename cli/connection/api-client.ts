/** The HTTP API as a typed client. Answers are parsed; problems become {@link ApiProblem}. */
import type { z } from "zod";
import {
  type BatchCheckView,
  batchCheckViewSchema,
  type BatchView,
  batchViewSchema,
  type CapacityView,
  capacityViewSchema,
  type DeletedBatchView,
  deletedBatchViewSchema,
  type ItemSummary,
  itemSummarySchema,
  type ItemView,
  itemViewSchema,
  type ModelView,
  modelViewSchema,
  pageSchema,
  type ResultView,
  resultViewSchema,
  routeViewSchema,
  type StartView,
  startViewSchema,
  type StopView,
  stopViewSchema,
  type UsageView,
  usageViewSchema,
} from "../../shared/contract/api/api.ts";
import {
  type CreatedKeyView,
  createdKeyViewSchema,
  type KeyRequest,
  type KeyView,
  keyViewSchema,
} from "../../shared/contract/api/api-key.ts";
import type { BatchRequest } from "../../shared/contract/api/batch-request.ts";
import type { resultForms, RetryRequest } from "../../shared/contract/api/queries.ts";
import { type DecisionRecord, decisionRecordSchema } from "../../shared/contract/records/fleet-records.ts";
import type { BatchId, ItemId, KeyId } from "../../shared/contract/ids.ts";
import { jsonOf } from "../../shared/contract/json.ts";
import { faultsOf, type Problem, problemSchema } from "../../shared/contract/api/problem.ts";
import { backOff } from "../../shared/flow/back-off.ts";
import type { Clock, Random } from "../../shared/ports.ts";

export interface ApiAccess {
  /** Without a slash at its end, such as `http://127.0.0.1:4010`. */
  readonly apiUrl: string;
  readonly key: string;
}

/** The API answered with a problem (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly problem: Problem;
  /** How long the API asks to wait; 0 where it does not. */
  readonly retryAfterMs: number;
  constructor(problem: Problem, retryAfterMs = 0) {
    const places = (problem.errors ?? []).map(
      ({ pointer, detail }) => `\n  ${pointer || "(body)"}: ${detail}`,
    );
    super(`${problem.title}: ${problem.detail}${places.join("")}`);
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The API did not answer, or not as the API answers. */
export class ApiUnreachable extends Error {
  override readonly name = "ApiUnreachable";
}

const triesOnFailure = 4;
const firstWaitMs = 500;
/** A server may ask for more patience than a person at a terminal has. */
const longestPatienceMs = 30_000;
/** Longer than any function of the API lives, and time for the longest clip on a slow line. */
const answerTimeoutMs = 120_000;

/** How many of a list are wanted, and from where on. */
// A type, since an interface fits no index signature.
export type PageRequest = Readonly<Partial<{ limit: number; cursor: string }>>;

type ResultForm = (typeof resultForms)[number];

const pages = {
  batches: pageSchema(batchViewSchema),
  items: pageSchema(itemSummarySchema),
  models: pageSchema(modelViewSchema),
  routes: pageSchema(routeViewSchema),
  decisions: pageSchema(decisionRecordSchema),
  keys: pageSchema(keyViewSchema),
};

export class ApiClient {
  readonly #access: ApiAccess;
  readonly #ports: { readonly clock: Clock; readonly random: Random };

  constructor(access: ApiAccess, ports: { readonly clock: Clock; readonly random: Random }) {
    this.#access = access;
    this.#ports = ports;
  }

  /** @param idempotencyKey the same key and body again give the same batch, never a second one. */
  async submitBatch(request: BatchRequest, idempotencyKey: string, signal?: AbortSignal): Promise<BatchView> {
    const init = posted(request, { "idempotency-key": idempotencyKey });
    return parseAs(batchViewSchema, await (await this.#send("/v1/batches", signal, init)).json());
  }

  async batch(id: BatchId, signal?: AbortSignal): Promise<BatchView> {
    return this.#get(`/v1/batches/${id}`, batchViewSchema, signal);
  }

  /** @param known the tag of what is known already; @returns null when that is still so */
  async changedBatch(
    id: BatchId,
    known: string | null,
    signal?: AbortSignal,
  ): Promise<{ readonly batch: BatchView; readonly etag: string | null } | null> {
    const headers = known === null ? {} : { "if-none-match": known };
    const response = await this.#send(`/v1/batches/${id}`, signal, { headers });
    if (response.status === notModified) return null;
    return { batch: parseAs(batchViewSchema, await response.json()), etag: response.headers.get("etag") };
  }

  /** The newest first. */
  async batches(page: PageRequest = {}, signal?: AbortSignal) {
    return this.#get(`/v1/batches${queryOf(page)}`, pages.batches, signal);
  }

  async items(id: BatchId, signal?: AbortSignal): Promise<ItemSummary[]> {
    return this.#all(`/v1/batches/${id}/items`, {}, pages.items, signal);
  }

  async item(id: ItemId, signal?: AbortSignal): Promise<ItemView> {
    return this.#get(`/v1/items/${id}`, itemViewSchema, signal);
  }

  async cancel(id: BatchId, mode: "drain" | "abort", signal?: AbortSignal): Promise<BatchView> {
    return this.#post(`/v1/batches/${id}/cancel`, { mode }, batchViewSchema, signal);
  }

  async cancelItem(id: ItemId, signal?: AbortSignal): Promise<ItemView> {
    return this.#post(`/v1/items/${id}/cancel`, {}, itemViewSchema, signal);
  }

  /** @param idempotencyKey as with a submit */
  async retry(
    id: BatchId,
    request: RetryRequest,
    idempotencyKey: string,
    signal?: AbortSignal,
  ): Promise<BatchView> {
    const init = posted(request, { "idempotency-key": idempotencyKey });
    return parseAs(batchViewSchema, await (await this.#send(`/v1/batches/${id}/retry`, signal, init)).json());
  }

  async deleteBatch(id: BatchId, signal?: AbortSignal): Promise<DeletedBatchView> {
    const response = await this.#send(`/v1/batches/${id}`, signal, { method: "DELETE" });
    return parseAs(deletedBatchViewSchema, await response.json());
  }

  async estimate(request: BatchRequest, signal?: AbortSignal): Promise<BatchCheckView> {
    return this.#post("/v1/estimates", request, batchCheckViewSchema, signal);
  }

  async models(signal?: AbortSignal): Promise<readonly ModelView[]> {
    return (await this.#get("/v1/models", pages.models, signal)).data;
  }

  async routes(signal?: AbortSignal) {
    return (await this.#get("/v1", pages.routes, signal)).data;
  }

  async capacity(signal?: AbortSignal): Promise<CapacityView> {
    return this.#get("/v1/capacity", capacityViewSchema, signal);
  }

  /** The newest first. */
  async decisions(page: PageRequest = {}, signal?: AbortSignal): Promise<readonly DecisionRecord[]> {
    return (await this.#get(`/v1/decisions${queryOf(page)}`, pages.decisions, signal)).data;
  }

  /** @param days such as `2026-11-30`, in UTC, both included */
  async usage(
    days: { readonly from?: string; readonly to?: string } = {},
    signal?: AbortSignal,
  ): Promise<UsageView> {
    return this.#get(`/v1/usage${queryOf(days)}`, usageViewSchema, signal);
  }

  async stop(signal?: AbortSignal): Promise<StopView> {
    return this.#post("/v1/stop", {}, stopViewSchema, signal);
  }

  async stopState(signal?: AbortSignal): Promise<StopView> {
    return this.#get("/v1/stop", stopViewSchema, signal);
  }

  async start(signal?: AbortSignal): Promise<StartView> {
    return this.#post("/v1/start", {}, startViewSchema, signal);
  }

  /** In the order of their ids, which is that of no time. */
  async keys(signal?: AbortSignal): Promise<KeyView[]> {
    return this.#all("/v1/keys", { limit: 100 }, pages.keys, signal);
  }

  /** @param idempotencyKey the same key and body again make no second key, and do not show the first again. */
  async createKey(
    request: KeyRequest,
    idempotencyKey: string,
    signal?: AbortSignal,
  ): Promise<CreatedKeyView> {
    const init = posted(request, { "idempotency-key": idempotencyKey });
    return parseAs(createdKeyViewSchema, await (await this.#send("/v1/keys", signal, init)).json());
  }

  async revokeKey(id: KeyId, signal?: AbortSignal): Promise<KeyView> {
    const response = await this.#send(`/v1/keys/${id}`, signal, { method: "DELETE" });
    return parseAs(keyViewSchema, await response.json());
  }

  /** Whatever a route answers, as it is. @param path with its query */
  async raw(method: string, path: string, body?: string, signal?: AbortSignal): Promise<Response> {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const init = { method, headers, ...(body !== undefined && { body }) };
    const outcome = await this.#fetch(path, signal, init);
    if (outcome instanceof ApiUnreachable) throw outcome;
    return outcome;
  }

  /** What has ended so far, in the order of the input. */
  async results(id: BatchId, signal?: AbortSignal): Promise<ResultView[]> {
    const results: ResultView[] = [];
    for await (const page of this.resultPages(id, "jsonl", signal)) {
      const lines = page.split("\n").filter((line) => line !== "");
      results.push(...lines.map((line) => parseAs(resultViewSchema, JSON.parse(line))));
    }
    return results;
  }

  /** The same as text: the pages put one after the other are one document. A page may end before its limit. */
  async *resultPages(id: BatchId, form: ResultForm, signal?: AbortSignal): AsyncGenerator<string> {
    let path: string | null = `/v1/batches/${id}/results${queryOf(form === "csv" ? { format: form } : {})}`;
    while (path !== null) {
      const response: Response = await this.#send(path, signal);
      yield await response.text();
      path = nextPage(response);
    }
  }

  async audio(id: ItemId, signal?: AbortSignal): Promise<Uint8Array> {
    const response = await this.#send(`/v1/items/${id}/audio`, signal);
    return new Uint8Array(await response.arrayBuffer());
  }

  /** Every row of a list, page by page. */
  async #all<T>(
    path: string,
    query: PageRequest,
    schema: z.ZodType<{ readonly data: readonly T[]; readonly next_cursor: string | null }>,
    signal?: AbortSignal,
  ): Promise<T[]> {
    const rows: T[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const at = queryOf(cursor === undefined ? query : { ...query, cursor });
      const page: z.infer<typeof schema> = await this.#get(`${path}${at}`, schema, signal);
      rows.push(...page.data);
      cursor = page.next_cursor;
    }
    return rows;
  }

  async #get<T>(path: string, schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
    return parseAs(schema, await (await this.#send(path, signal)).json());
  }

  async #post<T>(path: string, body: unknown, schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
    return parseAs(schema, await (await this.#send(path, signal, posted(body))).json());
  }

  /** Sends again what may pass the second time: no answer, or a problem marked retryable. */
  async #send(path: string, signal?: AbortSignal, init: RequestInit = {}): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#sendOnce(path, signal, init);
      if (outcome instanceof Response) return outcome;
      const mayRetry = outcome instanceof ApiUnreachable || isPassing(outcome.problem);
      if (!mayRetry || attempt === triesOnFailure) throw outcome;
      const askedMs = outcome instanceof ApiProblem ? outcome.retryAfterMs : 0;
      await backOff(this.#ports, attempt, firstWaitMs, { signal, leastMs: askedMs });
    }
  }

  async #sendOnce(
    path: string,
    signal: AbortSignal | undefined,
    init: RequestInit,
  ): Promise<Response | ApiProblem | ApiUnreachable> {
    const response = await this.#fetch(path, signal, init);
    return response instanceof Response ? ((await faultOf(response)) ?? response) : response;
  }

  async #fetch(
    path: string,
    signal: AbortSignal | undefined,
    init: RequestInit,
  ): Promise<Response | ApiUnreachable> {
    const url = `${this.#access.apiUrl}${path}`;
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${this.#access.key}`);
    const inTime = AbortSignal.timeout(answerTimeoutMs);
    try {
      return await fetch(url, {
        ...init,
        headers,
        signal: signal === undefined ? inTime : AbortSignal.any([signal, inTime]),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      return new ApiUnreachable(`${url} did not answer`, { cause });
    }
  }
}

const notModified = 304;

/** @returns null for an answer that is no fault */
async function faultOf(response: Response): Promise<ApiProblem | ApiUnreachable | null> {
  if (response.ok || response.status === notModified) return null;
  const text = await response.text();
  const problem = problemSchema.safeParse(jsonOf(text));
  return problem.success
    ? new ApiProblem(problem.data, retryAfterMs(response))
    : new ApiUnreachable(`${response.url} answered ${response.status}: ${text.slice(0, 300)}`);
}

const retryAfterMs = ({ headers }: Response): number => {
  const seconds = Number(headers.get("retry-after") ?? 0);
  return Number.isFinite(seconds) ? Math.min(seconds * 1000, longestPatienceMs) : 0;
};

const posted = (body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "content-type": "application/json", ...headers },
});

function queryOf(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? "" : `?${query.toString()}`;
}

/** A stop is retryable by a person, after a start; asking again by ourselves does not help. */
const isPassing = (problem: Problem): boolean => problem.retryable && problem.code !== "stopped";

function parseAs<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const places = faultsOf(parsed.error, schema).slice(0, mostFaultsNamed);
  const faults = places.map(({ pointer, detail }) => `${pointer || "(body)"} ${detail}`).join("; ");
  throw new ApiUnreachable(`the API's answer does not fit this version of mgb: ${faults}`);
}

const mostFaultsNamed = 3;

/** The path of the page after this one (RFC 8288); null on the last. */
export const nextPage = ({ headers }: Response): string | null =>
  /<([^>]+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1] ?? null;
