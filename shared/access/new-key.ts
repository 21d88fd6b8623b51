/** An API key: a secret that its holder has, and the record of its hash that the store has. */
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

/** 192 bits: with so many, a fast hash is enough to keep it by. */
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
