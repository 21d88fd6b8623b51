/** Reads the query of a request. */
import type { z } from "zod";
import { faultsOf } from "../../shared/contract/api/problem.ts";
import { cutText } from "../../shared/contract/text.ts";
import { problem, type ApiResponse } from "./responses.ts";

export type QueryReading<T> =
  { readonly kind: "read"; readonly query: T } | { readonly kind: "refused"; readonly response: ApiResponse };

/** A query may have many long parameters, so the text about them is cut to this length. */
const longestDetail = 2000;

/** Reports all faults of a query at once, by the names of its parameters. */
export function readQuery<T>(schema: z.ZodType<T>, given: Readonly<Record<string, string>>): QueryReading<T> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return { kind: "read", query: parsed.data };
  const faults = faultsOf(parsed.error, schema).map(
    ({ pointer, detail }) => `'${pointer.slice(1)}': ${detail}`,
  );
  return {
    kind: "refused",
    response: problem("invalid_input", cutText(`in the query: ${faults.join("; ")}`, longestDetail)),
  };
}
