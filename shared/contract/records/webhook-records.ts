/** The records of webhooks. Secrets have a record of their own, so that few roles may read them. */
import * as z from "zod";
import { deliveryViewSchema, mostWebhooks } from "../api/webhooks.ts";
import { webhookEventTypes } from "../api/event-types.ts";
import { webhookEventSchema } from "../api/webhook-events.ts";
import { webhookIdSchema } from "../ids.ts";

const timeSchema = z.iso.datetime();
const version = z.literal(1);

export const webhookEndpointSchema = z.strictObject({
  id: webhookIdSchema,
  url: z.string(),
  events: z.array(z.enum(webhookEventTypes)),
  description: z.string().nullable(),
  /** Null: it is enabled. */
  disabled: z.enum(["owner", "gone"]).nullable(),
  created_at: timeSchema,
  secret_made_at: timeSchema,
  old_secret_until: timeSchema.nullable(),
});
export type WebhookEndpoint = z.infer<typeof webhookEndpointSchema>;

/** `webhooks/endpoints/{owner}.json`: all of an owner's endpoints, so that one read tells whether there are any. */
export const webhookEndpointsSchema = z.strictObject({
  v: version,
  endpoints: z.array(webhookEndpointSchema).max(mostWebhooks),
});
export type WebhookEndpoints = z.infer<typeof webhookEndpointsSchema>;

/** `webhooks/secrets/{owner}/{id}.json`: only what signs may read it. */
export const webhookSecretsSchema = z.strictObject({
  v: version,
  /** `whsec_` and base64. */
  current: z.string(),
  /** From before the last rotation. */
  old: z.strictObject({ secret: z.string(), until: timeSchema }).nullable(),
});
export type WebhookSecrets = z.infer<typeof webhookSecretsSchema>;

/**
 * `webhooks/slow/{owner}/{id}.json`: it is there while the endpoint answers slowly or not at all. Then one delivery at a
 * time is tried, and none before `next_at`.
 */
export const slowEndpointSchema = z.strictObject({
  v: version,
  /** How many attempts in a row took too long. */
  slow: z.int().min(0),
  next_at: timeSchema,
  /** Drawn by whoever tries next, so that only one does. */
  nonce: z.string(),
});
export type SlowEndpoint = z.infer<typeof slowEndpointSchema>;

/** `webhooks/deliveries/{owner}/{id}/{inverted time}-{nonce}.json`: an attempt, and what it sent. */
export const deliveryRecordSchema = z.strictObject({
  v: version,
  ...deliveryViewSchema.omit({ event_id: true, event_type: true }).shape,
  event: webhookEventSchema,
});
export type DeliveryRecord = z.infer<typeof deliveryRecordSchema>;
