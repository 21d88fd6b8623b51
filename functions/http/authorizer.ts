/** Looks an API key up and says who calls. */
import { timingSafeEqual } from "node:crypto";
import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { sha256OfKey } from "../../shared/access/new-key.ts";
import type { Caller } from "../../shared/contract/api/api.ts";
import { keyIdOf } from "../../shared/contract/ids.ts";
import { type ApiKeyRecord, apiKeyRecordSchema } from "../../shared/contract/records/batch-records.ts";
import { indexKeys } from "../../shared/contract/records/keys.ts";
import type { Clock, ObjectStore } from "../../shared/ports.ts";
import { readRecord } from "../../shared/records/records.ts";

export interface AuthorizerPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
}
export interface AuthorizerAnswer {
  readonly isAuthorized: true;
  /** A `Caller` as JSON: the gateway passes on flat values only. */
  readonly context: { readonly caller: string };
}

/** A warm function may accept a revoked key for this long. */
const rememberedMs = 30_000;
/** Far more keys than a stage has. A flood of keys must not fill the memory. */
const maxRemembered = 1000;

/**
 * Says who calls, and lets every request through. If the authorizer refused, the HTTP API would answer with a fixed
 * body of its own; so the function behind it refuses, with a problem answer. If the store does not answer, this throws,
 * and the gateway answers 500 without calling the function.
 */
export function authorizer({ store, clock }: AuthorizerPorts) {
  const remembered = new Map<string, { readonly caller: Caller; readonly untilMs: number }>();

  const callerOf = async (key: string): Promise<Caller> => {
    const sha256 = sha256OfKey(key);
    const known = remembered.get(sha256);
    if (known !== undefined && known.untilMs > clock.nowMs()) return known.caller;
    const nowMs = clock.nowMs();
    const record = await readKey(store, sha256);
    const expiresMs = record?.expires_at == null ? Infinity : Date.parse(record.expires_at);
    // An unknown key is looked up every time, because it may be created at any moment.
    if (record === null || expiresMs <= nowMs) return { kind: "unknown_key" };
    const { owner, scopes } = record;
    const caller: Caller = { kind: "known", key_id: keyIdOf(sha256), owner, scopes };
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(sha256, { caller, untilMs: Math.min(nowMs + rememberedMs, expiresMs) });
    return caller;
  };

  return async (event: Pick<APIGatewayRequestAuthorizerEventV2, "headers">): Promise<AuthorizerAnswer> => {
    const key = keyIn(event.headers ?? {});
    const caller: Caller = key === null ? { kind: "missing_key" } : await callerOf(key);
    return { isAuthorized: true, context: { caller: JSON.stringify(caller) } };
  };
}

/** @returns null if there is no such key, or if it was revoked */
async function readKey(store: ObjectStore, sha256: string): Promise<ApiKeyRecord | null> {
  const record = (await readRecord(store, indexKeys.apiKey(sha256), apiKeyRecordSchema))?.value;
  if (record === undefined || record.revoked_at !== null) return null;
  const [stored, given] = [Buffer.from(record.sha256), Buffer.from(sha256)];
  // The record was found under the key's hash. A record that was copied to another key's name must not open anything.
  return stored.length === given.length && timingSafeEqual(stored, given) ? record : null;
}

/** Reads the key from `Authorization: Bearer <key>` or `X-Api-Key: <key>`. */
function keyIn(headers: Readonly<Record<string, string | undefined>>): string | null {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const bearer = /^Bearer +(\S+) *$/i.exec(byName.get("authorization") ?? "")?.[1];
  return bearer ?? (byName.get("x-api-key")?.trim() || null);
}
