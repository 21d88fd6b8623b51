/** Webhook endpoints as the API takes and shows them. The secret is in two answers: to its making and to its rotation. */
import * as z from "zod";
import { deliveryIdSchema, webhookIdSchema } from "../ids.ts";
import { textSchema } from "../text.ts";
import { limits } from "./parameters.ts";
import { batchEventTypes, webhookEventTypes, type WebhookEventType } from "./event-types.ts";
import { webhookEventIdSchema } from "./webhook-events.ts";

const timeSchema = z.iso.datetime();

/** Of an owner: they are one record, and each event may be sent to all of them. */
export const mostWebhooks = 10;
/** How long the secret from before a rotation signs too. */
export const rotationSeconds = 86_400;

const urlSchema = z
  .string()
  .max(2048, "must have at most 2048 characters")
  .superRefine((text, context) => {
    const fault = urlFault(text);
    if (fault !== null) context.addIssue({ code: "custom", message: fault });
  })
  .meta({ format: "uri", examples: ["https://example.com/hooks"] });

/** Whether it is https, and where it leads, is decided by the stage (`shared/webhooks/receiver.ts`). */
function urlFault(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    return "must be a whole address, such as https://example.com/hooks";
  if (url.username !== "" || url.password !== "") return "must not hold a name or a password";
  return url.hash === "" ? null : "must not have a fragment (#…)";
}

const eventsOf = <T extends WebhookEventType>(types: readonly T[]) =>
  z
    .array(z.enum(types))
    .min(1)
    .max(types.length)
    .refine((named) => new Set(named).size === named.length, "must name each event once");
const eventsSchema = eventsOf(webhookEventTypes);
const descriptionSchema = textSchema({ least: 0, most: limits.nameCharacters });

/** `POST /v1/webhooks` */
export const webhookRequestSchema = z.strictObject({
  url: urlSchema.describe("Where events are sent"),
  events: eventsSchema.describe("What it is told of"),
  description: descriptionSchema.describe("What it is for, as the list of endpoints shows it").optional(),
});
export type WebhookRequest = z.infer<typeof webhookRequestSchema>;

/** Of a batch: where its own events go, whatever the endpoint there subscribes to. */
export const batchWebhookSchema = z.strictObject({
  url: urlSchema.describe("Where the batch's events are sent"),
  events: eventsOf(batchEventTypes).describe("Which of its events"),
});

/** `PATCH /v1/webhooks/{id}`: what is not named stays as it is. */
export const webhookChangeSchema = z.strictObject({
  url: urlSchema.describe("Where events are sent from now on").optional(),
  events: eventsSchema.describe("What it is told of from now on").optional(),
  description: descriptionSchema.describe("What it is for, as the list of endpoints shows it").optional(),
  enabled: z
    .boolean()
    .describe("False: nothing is sent to it. True: it is sent to again, also after a 410")
    .optional(),
});
export type WebhookChange = z.infer<typeof webhookChangeSchema>;

/** `POST /v1/webhooks/{id}/redeliver` */
export const redeliverRequestSchema = z.strictObject({
  delivery_id: deliveryIdSchema.describe("A line of the endpoint's deliveries, whose event is sent again"),
});

export const webhookViewSchema = z.strictObject({
  id: webhookIdSchema,
  url: z.string(),
  events: z.array(z.enum(webhookEventTypes)),
  description: z.string().nullable(),
  enabled: z.boolean(),
  /** Why nothing is sent to it: its owner said so, or it answered 410. Null while it is enabled. */
  disabled_reason: z.enum(["owner", "gone"]).nullable(),
  created_at: timeSchema,
  /** When its secret was last made. */
  secret_made_at: timeSchema,
  /** Until then the secret before that one signs too; null: it does not. */
  old_secret_until: timeSchema.nullable(),
});
export type WebhookView = z.infer<typeof webhookViewSchema>;

export const webhookWithSecretViewSchema = webhookViewSchema.extend({
  /** Shown this once. Null in the answer to a repeat under the same `Idempotency-Key`. */
  secret: z.string().nullable(),
});
export type WebhookWithSecretView = z.infer<typeof webhookWithSecretViewSchema>;

/** `DELETE /v1/webhooks/{id}` */
export const deletedWebhookViewSchema = z.strictObject({ id: webhookIdSchema });

/** `POST …/test` and `…/redeliver`: it is on its way; `GET …/deliveries` tells what comes of it. */
export const deliveryQueuedViewSchema = z.strictObject({ event_id: webhookEventIdSchema });

/**
 * How an attempt ended. `retried`: it failed, and comes again at `next_attempt_at`. `given_up`: it failed for the last
 * time. `disabled`: the endpoint answered 410, or was disabled before.
 */
export const attemptOutcomes = ["delivered", "retried", "given_up", "disabled"] as const;

/** A line of `GET /v1/webhooks/{id}/deliveries`: an attempt to deliver an event. */
export const deliveryViewSchema = z.strictObject({
  id: deliveryIdSchema,
  event_id: webhookEventIdSchema,
  event_type: z.string(),
  /** From 1. */
  attempt: z.int().min(1),
  at: timeSchema,
  outcome: z.enum(attemptOutcomes),
  /** Of the answer; null: there was none. */
  status: z.int().nullable(),
  detail: z.string(),
  milliseconds: z.int(),
  next_attempt_at: timeSchema.nullable(),
});
export type DeliveryView = z.infer<typeof deliveryViewSchema>;
