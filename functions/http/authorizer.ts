import { createHash, timingSafeEqual } from "node:crypto";
import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import type { Caller } from "../../shared/contract/api/api.ts";
import { apiKeyRecordSchema } from "../../shared/contract/records/batch-records.ts";
import { indexKeys } from "../../shared/contract/records/keys.ts";
import type { Clock, ObjectStore } from "../../shared/ports.ts";
import { readRecord } from "../../shared/records/records.ts";

export interface AuthorizerPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
}
export interface AuthorizerAnswer {
  readonly isAuthorized: true;
  /** A `Caller` as JSON: a gateway passes on flat values only. */
  readonly context: { readonly caller: string };
}

/** So long a revoked key may live on in a warm function. */
const rememberedMs = 30_000;
/** Far more keys than a stage has; a flood of them must not fill the memory. */
const maxRemembered = 1000;

/**
 * Says who calls and lets everyone through: an HTTP API answers a refusal with a fixed body of its own, so the
 * function behind it refuses instead, with a problem answer. A store that does not answer is an error, and the
 * gateway then answers 500 without asking the function.
 */
export function authorizer({ store, clock }: AuthorizerPorts) {
  const remembered = new Map<string, { readonly caller: Caller; readonly untilMs: number }>();

  const callerOf = async (key: string): Promise<Caller> => {
    const sha256 = createHash("sha256").update(key).digest("hex");
    const known = remembered.get(sha256);
    if (known !== undefined && known.untilMs > clock.nowMs()) return known.caller;
    const caller = await readCaller(store, sha256);
    if (remembered.size >= maxRemembered) remembered.clear();
    // A key that is not known is looked up every time: it may be made the next moment.
    if (caller.kind === "known") remembered.set(sha256, { caller, untilMs: clock.nowMs() + rememberedMs });
    return caller;
  };

  return async (event: Pick<APIGatewayRequestAuthorizerEventV2, "headers">): Promise<AuthorizerAnswer> => {
    const key = keyIn(event.headers ?? {});
    const caller: Caller = key === null ? { kind: "missing_key" } : await callerOf(key);
    return { isAuthorized: true, context: { caller: JSON.stringify(caller) } };
  };
}

async function readCaller(store: ObjectStore, sha256: string): Promise<Caller> {
  const record = (await readRecord(store, indexKeys.apiKey(sha256), apiKeyRecordSchema))?.value;
  if (record === undefined || record.revoked_at !== null) return { kind: "unknown_key" };
  const [stored, given] = [Buffer.from(record.sha256), Buffer.from(sha256)];
  // The store found it by its name; a record that was put under another key's name opens nothing.
  if (stored.length !== given.length || !timingSafeEqual(stored, given)) return { kind: "unknown_key" };
  return { kind: "known", owner: record.owner, scopes: record.scopes };
}

/** From `Authorization: Bearer <key>` or `X-Api-Key: <key>`. */
function keyIn(headers: Readonly<Record<string, string | undefined>>): string | null {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const bearer = /^Bearer +(\S+) *$/i.exec(byName.get("authorization") ?? "")?.[1];
  return bearer ?? (byName.get("x-api-key")?.trim() || null);
}
