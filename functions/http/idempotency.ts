import { createHash } from "node:crypto";
import type { Idempotency } from "../../shared/batch/claim.ts";
import type { ApiRequest } from "./api.ts";
import { problem, type ApiResponse } from "./responses.ts";

export type IdempotencyReading =
  | { readonly kind: "read"; readonly idempotency: Idempotency | null }
  | { readonly kind: "refused"; readonly response: ApiResponse };

const maxKeyCharacters = 255;
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The `Idempotency-Key` of a POST; null when it has none. */
export function readIdempotency({ headers, bodyText }: ApiRequest): IdempotencyReading {
  const key = headers["idempotency-key"];
  if (key === undefined) return { kind: "read", idempotency: null };
  if (key.length === 0 || key.length > maxKeyCharacters) {
    const detail = `the Idempotency-Key must have 1 to ${maxKeyCharacters} characters, got ${key.length}`;
    return { kind: "refused", response: problem("invalid_input", detail) };
  }
  return { kind: "read", idempotency: { keySha256: sha256(key), bodySha256: sha256(bodyText) } };
}
