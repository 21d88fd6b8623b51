import type { Fault, Problem, ProblemCode } from "../../shared/contract/problem.ts";
import { problemKinds } from "../../shared/contract/problem.ts";

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is, and its `content-type` must be among the headers. */
  readonly body?: unknown;
}

export const problemContentType = "application/problem+json";

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
    ...(errors === undefined ? {} : { errors: [...errors] }),
  };
  return { status, headers: { "content-type": problemContentType }, body };
}
