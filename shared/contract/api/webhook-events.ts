/** What webhooks tell. The type of an event, its time and its data are the body of a delivery. */
import * as z from "zod";
import { itemErrorSchema } from "../records/batch-records.ts";
import { batchIdSchema, itemIdSchema, stopIdSchema, webhookIdSchema } from "../ids.ts";
import { batchOutcomes, countsSchema } from "./api.ts";
import type { WebhookEventType } from "./event-types.ts";

const timeSchema = z.iso.datetime();

const eventSchema = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  z.strictObject({
    type: z.literal(type),
    /** When it happened, not when it was sent. */
    timestamp: timeSchema,
    data,
  });

const itemData = {
  item_id: itemIdSchema,
  batch_id: batchIdSchema,
  index: z.int().min(0),
  custom_id: z.string().nullable(),
};

/** What an endpoint may be told of. */
export const webhookEventSchemas = {
  "batch.ended": eventSchema(
    "batch.ended",
    z.strictObject({
      batch_id: batchIdSchema,
      outcome: z.enum(batchOutcomes),
      counts: countsSchema.pick({
        total: true,
        succeeded: true,
        failed: true,
        canceled: true,
        expired: true,
      }),
      audio_seconds: z.number(),
    }),
  ),
  "item.succeeded": eventSchema(
    "item.succeeded",
    z.strictObject({ ...itemData, duration_seconds: z.number() }),
  ),
  "item.failed": eventSchema(
    "item.failed",
    z.strictObject({ ...itemData, error: itemErrorSchema.nullable() }),
  ),
  /** Every machine has ended. Of a stop that was undone before that, nothing is told. */
  "fleet.stopped": eventSchema(
    "fleet.stopped",
    z.strictObject({ stop_id: stopIdSchema, requested_at: timeSchema }),
  ),
  "budget.reached": eventSchema(
    "budget.reached",
    z.strictObject({
      budget: z.enum(["batch", "day", "month"]),
      /** Null: the budget is the stage's. */
      batch_id: batchIdSchema.nullable(),
      detail: z.string(),
    }),
  ),
} as const satisfies Readonly<Record<WebhookEventType, z.ZodType>>;

/** `POST /v1/webhooks/{id}/test` sends this one; nobody subscribes to it. */
const testEventSchema = eventSchema("webhook.test", z.strictObject({ webhook_id: webhookIdSchema }));

/** The body of a delivery. */
export const webhookBodySchema = z.discriminatedUnion("type", [
  webhookEventSchemas["batch.ended"],
  webhookEventSchemas["item.succeeded"],
  webhookEventSchemas["item.failed"],
  webhookEventSchemas["fleet.stopped"],
  webhookEventSchemas["budget.reached"],
  testEventSchema,
]);
export type WebhookBody = z.infer<typeof webhookBodySchema>;

/**
 * An event has the same id however often it is told or delivered: it is made of what changed. It has no full stop,
 * because a signature joins id, time and body with full stops.
 */
export const webhookEventIdSchema = z.string().regex(/^[A-Za-z0-9_:-]{1,120}$/);

export const webhookEventSchema = z.strictObject({ id: webhookEventIdSchema, body: webhookBodySchema });
export type WebhookEvent = z.infer<typeof webhookEventSchema>;
