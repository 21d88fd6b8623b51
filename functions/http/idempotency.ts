/** Reads the `Idempotency-Key` header. */
import { createHash } from "node:crypto";
import type { Idempotency } from "../../shared/batch/submit/idempotency.ts";
import type { ApiRequest } from "./api.ts";
import { problem, type ApiResponse } from "./responses.ts";

export type IdempotencyReading =
  | { readonly kind: "read"; readonly idempotency: Idempotency | null }
  | { readonly kind: "refused"; readonly response: ApiResponse };

/** Headers are bytes: clients and proxies read anything but printable ASCII in different ways. */
const keyForm = /^[\x20-\x7E]{1,255}$/;
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The `Idempotency-Key` of a POST; null if it has none. */
export function readIdempotency({
  headers,
  bodyText,
}: Pick<ApiRequest, "headers" | "bodyText">): IdempotencyReading {
  const key = headers["idempotency-key"]?.trim();
  if (key === undefined) return { kind: "read", idempotency: null };
  if (!keyForm.test(key)) {
    const detail =
      "the Idempotency-Key must have 1 to 255 printable ASCII characters; a UUID is a good choice";
    return { kind: "refused", response: problem("invalid_input", detail) };
  }
  return { kind: "read", idempotency: { keySha256: sha256(key), bodySha256: sha256(bodyText) } };
}
