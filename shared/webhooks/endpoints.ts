/** An owner's webhook endpoints: made, changed and deleted. Their secrets are stored beside them, not with them. */
import { randomBytes } from "node:crypto";
import {
  mostWebhooks,
  rotationSeconds,
  type WebhookChange,
  type WebhookRequest,
  type WebhookView,
} from "../contract/api/webhooks.ts";
import { webhookIdOf, type WebhookId } from "../contract/ids.ts";
import { webhookKeys } from "../contract/records/keys.ts";
import {
  webhookEndpointsSchema,
  webhookSecretsSchema,
  type WebhookEndpoint,
  type WebhookEndpoints,
  type WebhookSecrets,
} from "../contract/records/webhook-records.ts";
import type { ObjectStore } from "../ports.ts";
import { createRecord, readRecord, updateRecord, type RecordPorts } from "../records/records.ts";

/** 256 bits; the standard asks for 192 to 512. */
const secretBytes = 32;

export interface WithSecret {
  readonly endpoint: WebhookEndpoint;
  /** Never logged; stored in its own record only. */
  readonly secret: string;
}

export const readEndpoints = async (store: ObjectStore, owner: string): Promise<readonly WebhookEndpoint[]> =>
  (await readRecord(store, webhookKeys.endpoints(owner), webhookEndpointsSchema))?.value.endpoints ?? [];

/** @returns null when the owner has no such endpoint */
export const findEndpoint = async (
  store: ObjectStore,
  owner: string,
  id: WebhookId,
): Promise<WebhookEndpoint | null> =>
  (await readEndpoints(store, owner)).find((one) => one.id === id) ?? null;

/** @returns null when the owner has as many as one may have */
export async function createEndpoint(
  { url, events, description }: WebhookRequest,
  owner: string,
  ports: RecordPorts,
): Promise<WithSecret | null> {
  const nowMs = ports.clock.nowMs();
  const at = new Date(nowMs).toISOString();
  const endpoint: WebhookEndpoint = {
    id: webhookIdOf(ports.random.ulid(nowMs)),
    url,
    events,
    description: description ?? null,
    disabled: null,
    created_at: at,
    secret_made_at: at,
    old_secret_until: null,
  };
  const secret = newSecret();
  // First, so that no endpoint is ever without one.
  const secrets: WebhookSecrets = { v: 1, current: secret, old: null };
  await createRecord(ports.store, webhookKeys.secrets(owner, endpoint.id), secrets);
  const stored = await changeEndpoints(ports, owner, (endpoints) =>
    endpoints.length < mostWebhooks ? [...endpoints, endpoint] : null,
  );
  if (stored.some(({ id }) => id === endpoint.id)) return { endpoint, secret };
  await ports.store.delete(webhookKeys.secrets(owner, endpoint.id));
  return null;
}

/** @returns the endpoint as it is afterwards; null when there is no such endpoint */
export function changeEndpoint(
  id: WebhookId,
  owner: string,
  { url, events, description, enabled }: WebhookChange,
  ports: RecordPorts,
): Promise<WebhookEndpoint | null> {
  return replaceEndpoint(ports, owner, id, (endpoint) => ({
    ...endpoint,
    ...(url === undefined ? {} : { url }),
    ...(events === undefined ? {} : { events }),
    ...(description === undefined ? {} : { description }),
    ...(enabled === undefined ? {} : { disabled: enabled ? null : (endpoint.disabled ?? "owner") }),
  }));
}

/** It answered 410: nothing more is sent to it, until its owner enables it again. */
export const disableGone = (id: WebhookId, owner: string, ports: RecordPorts) =>
  replaceEndpoint(ports, owner, id, (endpoint) => ({ ...endpoint, disabled: endpoint.disabled ?? "gone" }));

/**
 * Makes a new secret. The one before it signs too for a day, so that the receiver can change over in that time.
 * @returns null when there is no such endpoint
 */
export async function rotateSecret(
  id: WebhookId,
  owner: string,
  ports: RecordPorts,
): Promise<WithSecret | null> {
  if ((await findEndpoint(ports.store, owner, id)) === null) return null;
  const nowMs = ports.clock.nowMs();
  const until = new Date(nowMs + rotationSeconds * 1000).toISOString();
  const secret = newSecret();
  const key = webhookKeys.secrets(owner, id);
  await updateRecord<WebhookSecrets>(ports, key, webhookSecretsSchema, (current) => ({
    v: 1,
    current: secret,
    old: current === null ? null : { secret: current.current, until },
  }));
  const endpoint = await replaceEndpoint(ports, owner, id, (before) => ({
    ...before,
    secret_made_at: new Date(nowMs).toISOString(),
    old_secret_until: until,
  }));
  return endpoint === null ? null : { endpoint, secret };
}

/** What is still to be delivered to it is dropped. @returns whether there was such an endpoint */
export async function deleteEndpoint(id: WebhookId, owner: string, ports: RecordPorts): Promise<boolean> {
  if ((await findEndpoint(ports.store, owner, id)) === null) return false;
  await changeEndpoints(ports, owner, (endpoints) => endpoints.filter((one) => one.id !== id));
  await ports.store.delete(webhookKeys.secrets(owner, id));
  return true;
}

export function webhookView({ disabled, ...endpoint }: WebhookEndpoint, nowMs: number): WebhookView {
  const { old_secret_until: until } = endpoint;
  return {
    ...endpoint,
    enabled: disabled === null,
    disabled_reason: disabled,
    old_secret_until: until !== null && Date.parse(until) > nowMs ? until : null,
  };
}

const newSecret = (): string => `whsec_${randomBytes(secretBytes).toString("base64")}`;

async function replaceEndpoint(
  ports: RecordPorts,
  owner: string,
  id: WebhookId,
  change: (endpoint: WebhookEndpoint) => WebhookEndpoint,
): Promise<WebhookEndpoint | null> {
  const stored = await changeEndpoints(ports, owner, (endpoints) =>
    endpoints.map((one) => (one.id === id ? change(one) : one)),
  );
  return stored.find((one) => one.id === id) ?? null;
}

/** @param change null: they stay as they are. @returns the endpoints afterwards */
async function changeEndpoints(
  ports: RecordPorts,
  owner: string,
  change: (endpoints: readonly WebhookEndpoint[]) => readonly WebhookEndpoint[] | null,
): Promise<readonly WebhookEndpoint[]> {
  const key = webhookKeys.endpoints(owner);
  const stored = await updateRecord<WebhookEndpoints>(ports, key, webhookEndpointsSchema, (current) => {
    const before = current?.endpoints ?? [];
    const after = change(before);
    const isSame = after === null || JSON.stringify(after) === JSON.stringify(before);
    return isSame ? null : { v: 1, endpoints: [...after] };
  });
  return stored?.endpoints ?? [];
}
