/** How `mgb` ends: part of its contract, for scripts. */
import type { BatchView } from "../shared/contract/api/api.ts";
import type { ProblemCode } from "../shared/contract/api/problem.ts";

export const exitCodes = {
  ok: 0,
  failed: 1,
  /** The command line, or what it was given, is wrong. */
  usage: 2,
  /** Some of it was made, some was not. */
  partial: 3,
  /** No key, a wrong one, or nothing that says where the API is. */
  access: 4,
  notFound: 5,
  /** Canceled, or its time was over. */
  canceled: 6,
  /** A limit was met, or the service was stopped. */
  limited: 7,
  overBudget: 8,
  timedOut: 124,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const codesOfProblems: Partial<Record<ProblemCode, ExitCode>> = {
  malformed_json: exitCodes.usage,
  invalid_input: exitCodes.usage,
  body_too_large: exitCodes.usage,
  idempotency_key_reused: exitCodes.usage,
  unauthenticated: exitCodes.access,
  forbidden: exitCodes.access,
  not_found: exitCodes.notFound,
  queue_full: exitCodes.limited,
  stopped: exitCodes.limited,
};

/** @param code of a problem; one that a newer API has is a failure like any other */
export const exitCodeOfProblem = (code: string, status: number): ExitCode =>
  codesOfProblems[code as ProblemCode] ?? (status === 429 ? exitCodes.limited : exitCodes.failed);

export function exitCodeOfBatch({ outcome }: Pick<BatchView, "outcome">): ExitCode {
  switch (outcome) {
    case null:
    case "succeeded":
      return exitCodes.ok;
    case "partial":
      return exitCodes.partial;
    case "failed":
    case "invalid":
      return exitCodes.failed;
    case "canceled":
    case "expired":
      return exitCodes.canceled;
    case "stopped":
      return exitCodes.limited;
  }
}
