/** The answers of the API. */
import type { Fault, Problem, ProblemCode } from "../../shared/contract/api/problem.ts";
import { problemKinds } from "../../shared/contract/api/problem.ts";
import { cutText } from "../../shared/contract/text.ts";
import { fitting } from "./fitting.ts";

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. A string is sent as it is, and then the headers must have a `content-type`. */
  readonly body?: unknown;
  /** If the body holds a secret: the answer to a repeat with the same `Idempotency-Key`. */
  readonly repeatedBody?: unknown;
}

export const problemContentType = "application/problem+json";

/** Beyond this number, more faults do not help. */
const mostFaults = 1000;
const mostFaultBytes = 256 * 1024;
/** A sent name or value may be as long as a body, so it is cut to this length. */
const longestPart = 300;

/** The first faults, as many as an answer may list. */
export const listed = (faults: readonly Fault[]): readonly Fault[] =>
  fitting(
    faults.slice(0, mostFaults).map(({ pointer, detail }) => ({
      pointer: cutText(pointer, longestPart),
      detail: cutText(detail, longestPart),
    })),
    (fault) => JSON.stringify(fault),
    mostFaultBytes,
  );

/** The two ways in which a request is refused because of its `Idempotency-Key`. */
export const keyReused = (): ApiResponse =>
  problem("idempotency_key_reused", "this Idempotency-Key was already used with a different request");
export const inProgress = (): ApiResponse => {
  const response = problem("in_progress", "a request with this Idempotency-Key is still running");
  return { ...response, headers: { ...response.headers, "retry-after": "5" } };
};

/** An RFC 9457 answer. The API handler adds the request's id. */
export function problem(code: ProblemCode, detail: string, errors?: readonly Fault[]): ApiResponse {
  const { status, title, retryable } = problemKinds[code];
  const body: Problem = {
    type: "about:blank",
    title,
    status,
    code,
    detail,
    request_id: "",
    retryable,
    ...(errors === undefined ? {} : { errors: [...listed(errors)] }),
  };
  return { status, headers: { "content-type": problemContentType }, body };
}
