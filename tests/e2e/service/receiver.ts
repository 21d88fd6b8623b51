/** A receiver of webhooks: a real HTTP server that answers by the path it is asked at. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, vi } from "vitest";
import { Webhook } from "standardwebhooks";
import type { WebhookEventType } from "../../../shared/contract/api/event-types.ts";
import { webhookBodySchema, type WebhookBody } from "../../../shared/contract/api/webhook-events.ts";
import {
  deliveryViewSchema,
  webhookViewSchema,
  webhookWithSecretViewSchema,
  type DeliveryView,
  type WebhookView,
} from "../../../shared/contract/api/webhooks.ts";
import { pageSchema } from "../../../shared/contract/api/api.ts";
import { api } from "../world.ts";

export interface Received {
  readonly path: string;
  readonly id: string;
  readonly sentMs: number;
  readonly signatures: readonly string[];
  readonly body: WebhookBody;
  /** Whether the secret's signature is on it, as the standard's own library says. */
  readonly isSignedBy: (secret: string) => boolean;
}
/** The status of the answer; null: none comes. */
type Behavior = (earlier: number) => number | null;

export interface Receiver {
  readonly url: string;
  /** What came to the path, in order. */
  readonly at: (path: string) => readonly Received[];
  readonly close: () => Promise<void>;
}

/** @param behaviors by path: an answer's status, by how many requests came there before */
export async function startReceiver(behaviors: Readonly<Record<string, Behavior>>): Promise<Receiver> {
  const received: Received[] = [];
  const at = (path: string): readonly Received[] => received.filter((one) => one.path === path);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname: path } = new URL(request.url ?? "", "http://receiver");
      const status = behaviors[path]?.(at(path).length) ?? null;
      received.push(receivedOf(path, request.headers, Buffer.concat(chunks).toString()));
      if (status !== null)
        response.writeHead(status, { location: "/elsewhere" }).end(`${status} from ${path}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    at,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function receivedOf(
  path: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  text: string,
): Received {
  const header = (name: string): string => String(headers[name]);
  const sentMs = Number(header("webhook-timestamp")) * 1000;
  const signed = {
    "webhook-id": header("webhook-id"),
    "webhook-timestamp": header("webhook-timestamp"),
    "webhook-signature": header("webhook-signature"),
  };
  return {
    path,
    id: signed["webhook-id"],
    sentMs,
    signatures: signed["webhook-signature"].split(" "),
    body: webhookBodySchema.parse(JSON.parse(text)),
    isSignedBy: (secret) => isSigned(secret, signed, text, sentMs),
  };
}

/** The library goes by this machine's time, and the cloud's is set ahead. */
function isSigned(secret: string, headers: Record<string, string>, text: string, nowMs: number): boolean {
  vi.useFakeTimers({ now: nowMs, toFake: ["Date"] });
  try {
    new Webhook(secret).verify(text, headers);
    return true;
  } catch {
    return false;
  } finally {
    vi.useRealTimers();
  }
}

export interface Made {
  readonly id: string;
  readonly secret: string;
}

export async function makeWebhook(url: string, events: readonly WebhookEventType[]): Promise<Made> {
  const answer = await api("POST", "/v1/webhooks", { body: { url, events } });
  expect(answer.status, answer.text).toBe(201);
  return withSecret(answer.json);
}

export function withSecret(json: unknown): Made {
  const { id, secret } = webhookWithSecretViewSchema.parse(json);
  return { id, secret: secret ?? "" };
}

export const webhook = async (id: string): Promise<WebhookView> =>
  webhookViewSchema.parse((await api("GET", `/v1/webhooks/${id}`)).json);

/** Its log, the oldest line first. */
export async function deliveriesOf(id: string): Promise<readonly DeliveryView[]> {
  const { json } = await api("GET", `/v1/webhooks/${id}/deliveries`);
  return pageSchema(deliveryViewSchema).parse(json).data.toReversed();
}

export async function deleteWebhooks(ids: readonly string[]): Promise<void> {
  for (const id of ids) expect((await api("DELETE", `/v1/webhooks/${id}`)).status).toBe(200);
}
