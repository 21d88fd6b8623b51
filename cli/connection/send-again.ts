/** Sends a request until it is answered, or refused for good. */
import { ApiProblem, type Problem } from "../../client/client.ts";
import { jsonOf } from "../../shared/contract/json.ts";
import { problemSchema } from "../../shared/contract/api/problem.ts";
import { backOff } from "../../shared/flow/back-off.ts";
import type { Clock, Random } from "../../shared/ports.ts";

export interface SendPorts {
  readonly clock: Clock;
  readonly random: Random;
}

/** The API did not answer, or not as the API answers. */
export class ApiUnreachable extends Error {
  override readonly name = "ApiUnreachable";
  /** Of what answered in the API's place, as a gateway does; null: nothing did. */
  readonly status: number | null;
  constructor(message: string, { status, ...options }: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options);
    this.status = status ?? null;
  }
}

const triesOnFailure = 4;
const firstWaitMs = 500;
/** A server may ask for more patience than a person at a terminal has. */
const longestPatienceMs = 30_000;
/** Longer than any function of the API lives, and time for the longest clip on a slow line. */
const answerTimeoutMs = 120_000;
const notModified = 304;

/**
 * Sends again what may pass the second time: no answer, or a problem marked retryable.
 * @throws ApiProblem, ApiUnreachable
 */
export async function sendAgain(request: Request, ports: SendPorts): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await sendOnce(request);
    if (outcome instanceof Response) return outcome;
    const mayRetry = outcome instanceof ApiUnreachable || isPassing(outcome.problem);
    if (!mayRetry || attempt === triesOnFailure) throw outcome;
    const askedMs = outcome instanceof ApiProblem ? outcome.retryAfterMs : 0;
    const leastMs = Math.min(askedMs, longestPatienceMs);
    await backOff(ports, attempt, firstWaitMs, { signal: request.signal, leastMs });
  }
}

async function sendOnce(request: Request): Promise<Response | ApiProblem | ApiUnreachable> {
  const response = await answerTo(request);
  return response instanceof Response ? ((await faultOf(response)) ?? response) : response;
}

/** Whatever was answered; what was sent can be sent again. */
export async function answerTo(request: Request): Promise<Response | ApiUnreachable> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(answerTimeoutMs)]);
  try {
    return await fetch(request.clone(), { signal });
  } catch (cause) {
    request.signal.throwIfAborted();
    return new ApiUnreachable(`${request.url} did not answer`, { cause });
  }
}

/** @returns null for an answer that is no fault */
async function faultOf(response: Response): Promise<ApiProblem | ApiUnreachable | null> {
  if (response.ok || response.status === notModified) return null;
  const text = await response.text();
  const problem = problemSchema.safeParse(jsonOf(text));
  if (!problem.success)
    return new ApiUnreachable(`${response.url} answered ${response.status}: ${text.slice(0, 300)}`, {
      status: response.status,
    });
  const { errors, ...rest } = problem.data;
  return new ApiProblem({ ...rest, ...(errors !== undefined && { errors }) }, response);
}

/** A stop is retryable by a person, after a start; asking again by ourselves does not help. */
const isPassing = ({ retryable, code }: Problem): boolean => retryable && code !== "stopped";
