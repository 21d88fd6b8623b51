/** Signs deliveries as Standard Webhooks 1.0 says. */
import { Webhook } from "standardwebhooks";
import type { WebhookSecrets } from "../contract/records/webhook-records.ts";

/**
 * The headers of an attempt. For a day after a rotation there are two signatures, so that a receiver with either secret
 * accepts it.
 */
export function signedHeaders(
  { current, old }: WebhookSecrets,
  eventId: string,
  body: string,
  nowMs: number,
): Readonly<Record<string, string>> {
  const secrets = old === null || Date.parse(old.until) <= nowMs ? [current] : [current, old.secret];
  const at = new Date(nowMs);
  return {
    "webhook-id": eventId,
    "webhook-timestamp": String(Math.floor(nowMs / 1000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(eventId, at, body)).join(" "),
  };
}
