/** The HTTP API as a typed client. Answers are parsed; problems become {@link ApiProblem}. */
import type { z } from "zod";
import {
  type BatchView,
  batchViewSchema,
  type CapacityView,
  capacityViewSchema,
  type ResultView,
  resultViewSchema,
} from "../shared/contract/api.ts";
import type { BatchRequest } from "../shared/contract/batch-request.ts";
import type { BatchId, ItemId } from "../shared/contract/ids.ts";
import { type Problem, problemSchema } from "../shared/contract/problem.ts";
import type { Clock } from "../shared/ports.ts";

export interface ApiAccess {
  /** Without a slash at its end, such as `http://127.0.0.1:4010`. */
  readonly apiUrl: string;
  readonly key: string;
}

/** The API answered with a problem (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly problem: Problem;
  constructor(problem: Problem) {
    const places = (problem.errors ?? []).map(
      ({ pointer, detail }) => `\n  ${pointer || "(body)"}: ${detail}`,
    );
    super(`${problem.title}: ${problem.detail}${places.join("")}`);
    this.problem = problem;
  }
}

/** The API did not answer, or not as the API answers. */
export class ApiUnreachable extends Error {
  override readonly name = "ApiUnreachable";
}

const triesOnFailure = 4;
const firstBackoffMs = 250;

export class ApiClient {
  readonly #access: ApiAccess;
  readonly #clock: Clock;

  constructor(access: ApiAccess, clock: Clock) {
    this.#access = access;
    this.#clock = clock;
  }

  /** @param idempotencyKey the same key and body again give the same batch, never a second one. */
  async submitBatch(request: BatchRequest, idempotencyKey: string, signal?: AbortSignal): Promise<BatchView> {
    const response = await this.#send("/v1/batches", signal, {
      method: "POST",
      body: JSON.stringify(request),
      headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
    });
    return parseAs(batchViewSchema, await response.json());
  }

  async batch(id: BatchId, signal?: AbortSignal): Promise<BatchView> {
    return parseAs(batchViewSchema, await (await this.#send(`/v1/batches/${id}`, signal)).json());
  }

  async capacity(signal?: AbortSignal): Promise<CapacityView> {
    return parseAs(capacityViewSchema, await (await this.#send("/v1/capacity", signal)).json());
  }

  /** What has ended so far, in the order of the input. */
  async results(id: BatchId, signal?: AbortSignal): Promise<ResultView[]> {
    const results: ResultView[] = [];
    let path: string | null = `/v1/batches/${id}/results`;
    while (path !== null) {
      const response: Response = await this.#send(path, signal);
      const lines = (await response.text()).split("\n").filter((line) => line !== "");
      results.push(...lines.map((line) => parseAs(resultViewSchema, JSON.parse(line))));
      path = nextPage(response.headers.get("link"));
    }
    return results;
  }

  async audio(id: ItemId, signal?: AbortSignal): Promise<Uint8Array> {
    const response = await this.#send(`/v1/items/${id}/audio`, signal);
    return new Uint8Array(await response.arrayBuffer());
  }

  /** Sends again what may pass the second time: no answer, or a problem marked retryable. */
  async #send(path: string, signal?: AbortSignal, init: RequestInit = {}): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#sendOnce(path, signal, init);
      if (outcome instanceof Response) return outcome;
      const mayRetry = outcome instanceof ApiUnreachable || isPassing(outcome.problem);
      if (!mayRetry || attempt === triesOnFailure) throw outcome;
      await this.#clock.sleep(firstBackoffMs * 2 ** attempt, signal);
    }
  }

  async #sendOnce(
    path: string,
    signal: AbortSignal | undefined,
    init: RequestInit,
  ): Promise<Response | ApiProblem | ApiUnreachable> {
    const url = `${this.#access.apiUrl}${path}`;
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${this.#access.key}`);
    let response: Response;
    try {
      response = await fetch(url, { ...init, headers, ...(signal && { signal }) });
    } catch (cause) {
      signal?.throwIfAborted();
      return new ApiUnreachable(`${url} did not answer`, { cause });
    }
    if (response.ok) return response;
    const text = await response.text();
    const problem = problemSchema.safeParse(jsonOrNull(text));
    return problem.success
      ? new ApiProblem(problem.data)
      : new ApiUnreachable(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
  }
}

/** A stop is retryable by a person, after a start; asking again by ourselves does not help. */
const isPassing = (problem: Problem): boolean => problem.retryable && problem.code !== "stopped";

function parseAs<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ApiUnreachable(`the API's answer is not of the expected form: ${parsed.error.message}`);
}

/** The path of the page after this one (RFC 8288); null on the last. */
const nextPage = (link: string | null): string | null =>
  /<([^>]+)>; rel="next"/.exec(link ?? "")?.[1] ?? null;

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
