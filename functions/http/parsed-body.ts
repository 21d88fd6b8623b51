/** A request's body, as its schema reads it. */
import type { z } from "zod";
import { faultsOf } from "../../shared/contract/api/problem.ts";
import { problem, type ApiResponse } from "./responses.ts";

export type ParsedBody<T> =
  | { readonly kind: "parsed"; readonly value: T }
  | { readonly kind: "refused"; readonly response: ApiResponse };

/** @param expected completes "expected …": the fields that the body may have */
export function parsedBody<T>(schema: z.ZodType<T>, body: unknown, expected: string): ParsedBody<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { kind: "parsed", value: parsed.data };
  const faults = faultsOf(parsed.error, schema);
  return { kind: "refused", response: problem("invalid_input", `expected ${expected}`, faults) };
}
