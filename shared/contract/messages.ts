/** What travels through the queues. A queue is a hint: losing or repeating any message loses nothing. */
import * as z from "zod";
import { itemRecordSchema, resultRecordSchema } from "./records/batch-records.ts";
import { batchIdSchema, instanceIdSchema, ownerSchema, webhookIdSchema } from "./ids.ts";
import { speedSchema } from "./api/parameters.ts";
import { webhookEventSchema } from "./api/webhook-events.ts";

/**
 * JSON in printable ASCII, all else escaped (`\uXXXX`): a queue and a pipe then carry any text. SQS by itself takes
 * the characters of XML 1.0 only, and refuses a message with any other.
 */
export const messageText = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^\x20-\x7E]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** One item to make, on a queue of its model. */
export const jobMessageSchema = z.strictObject({
  v: z.literal(1),
  batch_id: batchIdSchema,
  /** Whose it is: only they may have its clip again. Null: the sender was of an older version. */
  owner: z.string().nullable().default(null),
  model: z.string(),
  speed: speedSchema,
  submitted_at: z.iso.datetime(),
  deadline_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  /** Sent again by the reconciler: look for a result before working on it. */
  resent: z.boolean(),
  ...itemRecordSchema.shape,
});
export type JobMessage = z.infer<typeof jobMessageSchema>;

/** The least of a job message: enough to write a failed result for one that is otherwise malformed. */
export const jobAddressSchema = z.object({ batch_id: batchIdSchema, index: z.int().min(0) });

const aboutItem = { batch_id: batchIdSchema, index: z.int().min(0), at: z.iso.datetime() };
const byWorker = { instance_id: instanceIdSchema, attempt: z.int() };

/** What a worker (or the reconciler, of a dead letter) tells `fold`. */
export const itemEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("started"), ...aboutItem, ...byWorker, steps: z.int() }),
  z.strictObject({ type: z.literal("advanced"), ...aboutItem, ...byWorker, step: z.int(), steps: z.int() }),
  z.strictObject({
    type: z.literal("released"),
    ...aboutItem,
    ...byWorker,
    reason: z.enum(["interrupted", "failed", "leaving"]),
  }),
  /** Its batch is held: its message is gone from the queue, and is sent again when the batch goes on. */
  z.strictObject({ type: z.literal("set_aside"), ...aboutItem }),
  z.strictObject({ type: z.literal("finished"), ...aboutItem, result: resultRecordSchema }),
]);
export type ItemEvent = z.infer<typeof itemEventSchema>;

/** One message on `events`: several events, so that a clip costs less than one request. */
export const eventsMessageSchema = z.strictObject({
  v: z.literal(1),
  events: z.array(itemEventSchema).min(1),
});
export type EventsMessage = z.infer<typeof eventsMessageSchema>;

/** One event for one endpoint, on `webhooks`. A failed attempt sends the next one as a new message. */
export const deliveryMessageSchema = z.strictObject({
  v: z.literal(1),
  owner: ownerSchema,
  webhook_id: webhookIdSchema,
  event: webhookEventSchema,
  /** From 1. */
  attempt: z.int().min(1),
  /** SQS delays a message for 15 minutes at most: one that comes before this time is sent again. */
  not_before: z.iso.datetime(),
  /** When the first attempt was due. */
  since: z.iso.datetime(),
});
export type DeliveryMessage = z.infer<typeof deliveryMessageSchema>;

/** What the expand function is called with. */
export const expandEventSchema = z.object({ batch_id: batchIdSchema });
export type ExpandEvent = z.infer<typeof expandEventSchema>;
