/** The API's refusals. */
import type { components } from "./api-types.ts";

export type Problem = components["schemas"]["Problem"];

/** The API answered with a problem (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly problem: Problem;
  /** How long the API asks to wait; 0 where it does not. */
  readonly retryAfterMs: number;

  constructor(problem: Problem, { headers }: Pick<Response, "headers">) {
    const places = (problem.errors ?? []).map(
      ({ pointer, detail }) => `\n  ${pointer || "(body)"}: ${detail}`,
    );
    super(`${problem.title}: ${problem.detail}${places.join("")}`);
    this.problem = problem;
    const seconds = Number(headers.get("retry-after") ?? 0);
    this.retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : 0;
  }
}
