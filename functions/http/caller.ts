/** Decides whether a caller may use a route. */
import { callerSchema, type Caller } from "../../shared/contract/api/api.ts";
import type { KeyId } from "../../shared/contract/ids.ts";
import type { Scope } from "../../shared/contract/records/batch-records.ts";
import { problem, type ApiResponse } from "./responses.ts";

export interface KnownCaller {
  readonly key_id: KeyId | null;
  readonly owner: string;
  readonly scopes: readonly Scope[];
}
export type Admission =
  | { readonly kind: "admitted"; readonly caller: KnownCaller }
  | { readonly kind: "refused"; readonly response: ApiResponse };

/**
 * Whether a caller may use a route. The authorizer only says who calls, and does not refuse: the HTTP API would answer
 * a refusal with a fixed body, and our users get a problem answer for every failure. It fails closed: if the
 * authorizer's answer is missing or malformed, the key counts as missing.
 * @param context the authorizer's `caller` field: a `Caller` as JSON
 */
export function admit(context: unknown, scope: Scope): Admission {
  const caller = readCaller(context);
  switch (caller.kind) {
    case "missing_key":
      return unauthenticated("send your API key as 'Authorization: Bearer <key>' or as 'X-Api-Key: <key>'");
    case "unknown_key":
      return unauthenticated("the API key is unknown, expired or revoked");
    case "known":
      if (caller.scopes.includes(scope)) return { kind: "admitted", caller };
      return {
        kind: "refused",
        response: problem("forbidden", `this needs the scope '${scope}'; the key has ${list(caller.scopes)}`),
      };
  }
}

function readCaller(context: unknown): Caller {
  if (typeof context !== "string") return { kind: "missing_key" };
  try {
    return callerSchema.parse(JSON.parse(context));
  } catch {
    return { kind: "missing_key" };
  }
}

const list = (scopes: readonly Scope[]): string =>
  scopes.length === 0 ? "none" : scopes.map((scope) => `'${scope}'`).join(", ");

function unauthenticated(detail: string): Admission {
  const response = problem("unauthenticated", detail);
  return {
    kind: "refused",
    response: { ...response, headers: { ...response.headers, "www-authenticate": "Bearer" } },
  };
}
