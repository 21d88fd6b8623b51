/** A new API key: the secret for its holder, and the record with its hash for the store. */
import { createHash, randomBytes } from "node:crypto";
import type { KeyRequest } from "../contract/api/api-key.ts";
import type { ApiKeyRecord, Scope } from "../contract/records/batch-records.ts";

export interface KeyTerms extends Pick<KeyRequest, "name" | "expires_in_seconds"> {
  readonly owner: string;
  readonly scopes: readonly Scope[];
}
export interface NewKey {
  /** Never stored, never logged. */
  readonly key: string;
  readonly record: ApiKeyRecord;
}

/** 192 bits: for a secret of this length, a fast hash is safe. */
const secretBytes = 24;

export const sha256OfKey = (key: string): string => createHash("sha256").update(key).digest("hex");

export function newKey(terms: KeyTerms, nowMs: number): NewKey {
  const key = `mgb_${randomBytes(secretBytes).toString("base64url")}`;
  const { owner, scopes, name = null, expires_in_seconds: seconds } = terms;
  const record: ApiKeyRecord = {
    v: 1,
    sha256: sha256OfKey(key),
    owner,
    scopes: [...scopes],
    name,
    created_at: new Date(nowMs).toISOString(),
    expires_at: seconds === undefined ? null : new Date(nowMs + seconds * 1000).toISOString(),
    revoked_at: null,
  };
  return { key, record };
}
