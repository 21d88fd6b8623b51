import type { Fault, Problem, ProblemCode } from "../../shared/contract/api/problem.ts";
import { problemKinds } from "../../shared/contract/api/problem.ts";
import { cutText } from "../../shared/contract/text.ts";
import { fitting } from "./fitting.ts";

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is, and its `content-type` must be among the headers. */
  readonly body?: unknown;
  /** What a repeat under the same `Idempotency-Key` is answered in place of a body that holds a secret. */
  readonly repeatedBody?: unknown;
}

export const problemContentType = "application/problem+json";

/** Past this, one more fault helps nobody. */
const mostFaults = 1000;
const mostFaultBytes = 256 * 1024;
/** A name or a value that was sent may be as long as a body. */
const longestPart = 300;

/** As many of the faults as an answer bears. */
export const listed = (faults: readonly Fault[]): readonly Fault[] =>
  fitting(
    faults.slice(0, mostFaults).map(({ pointer, detail }) => ({
      pointer: cutText(pointer, longestPart),
      detail: cutText(detail, longestPart),
    })),
    (fault) => JSON.stringify(fault),
    mostFaultBytes,
  );

/** The two ways in which an `Idempotency-Key` refuses. */
export const keyReused = (): ApiResponse =>
  problem("idempotency_key_reused", "this Idempotency-Key was already used with a different request");
export const inProgress = (): ApiResponse => {
  const response = problem("in_progress", "a request with this Idempotency-Key is still running");
  return { ...response, headers: { ...response.headers, "retry-after": "5" } };
};

/** An RFC 9457 answer. The handler fills in the request's id, which a route need not know. */
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
