/** The API keys of a stage: creating, listing and revoking them. Only their hashes are stored. */
import type { CreatedKeyView, KeyView } from "../contract/api/api-key.ts";
import { type KeyId, keyIdOf } from "../contract/ids.ts";
import { type ApiKeyRecord, apiKeyRecordSchema } from "../contract/records/batch-records.ts";
import { indexKeys } from "../contract/records/keys.ts";
import {
  createRecord,
  type ListPorts,
  readListed,
  type RecordPorts,
  updateRecord,
} from "../records/records.ts";
import { type KeyTerms, newKey } from "./new-key.ts";

/** @returns the only view that contains the key itself */
export async function createKey(
  terms: KeyTerms,
  { store, clock }: Pick<RecordPorts, "store" | "clock">,
): Promise<CreatedKeyView & { readonly key: string }> {
  const nowMs = clock.nowMs();
  const { key, record } = newKey(terms, nowMs);
  await createRecord(store, indexKeys.apiKey(record.sha256), record);
  return { ...keyView(record, nowMs), key };
}

export interface KeyPage {
  readonly keys: readonly KeyView[];
  /** Null: there are no more. */
  readonly next: KeyId | null;
}

/** In the order of their ids, which is not an order of time. @param after the last id of the previous page */
export async function listKeys(
  { store, clock, log }: ListPorts & Pick<RecordPorts, "clock">,
  { after, limit }: { readonly after?: KeyId | undefined; readonly limit: number },
): Promise<KeyPage> {
  const page = await store.list(indexKeys.apiKeysPrefix, {
    limit,
    // After every digit that may follow the id.
    ...(after === undefined ? {} : { after: `${indexKeys.apiKeyOf(after)}~` }),
  });
  const records = await readListed(
    { store, log },
    page.objects.map(({ key }) => key),
    apiKeyRecordSchema,
  );
  const nowMs = clock.nowMs();
  const keys = records.map(({ value }) => keyView(value, nowMs));
  const last = page.objects.at(-1)?.key.slice(indexKeys.apiKeysPrefix.length);
  return { keys, next: page.more && last !== undefined ? keyIdOf(last) : null };
}

/**
 * A revoked key may work for another 30 s, because the authorizer caches it. @returns null when there is no such key
 */
export async function revokeKey(id: KeyId, ports: RecordPorts): Promise<KeyView | null> {
  const { objects } = await ports.store.list(indexKeys.apiKeyOf(id), { limit: 1 });
  const [found] = objects;
  if (found === undefined) return null;
  const nowMs = ports.clock.nowMs();
  const record = await updateRecord(ports, found.key, apiKeyRecordSchema, (current) =>
    current === null || current.revoked_at !== null
      ? null
      : { ...current, revoked_at: new Date(nowMs).toISOString() },
  );
  return record === null ? null : keyView(record, nowMs);
}

function keyView(record: ApiKeyRecord, nowMs: number): KeyView {
  const { sha256, owner, scopes, name, created_at, expires_at, revoked_at } = record;
  const isOver = expires_at !== null && Date.parse(expires_at) <= nowMs;
  const status = revoked_at !== null ? "revoked" : isOver ? "expired" : "active";
  return { id: keyIdOf(sha256), owner, scopes, name, status, created_at, expires_at, revoked_at };
}
