/** Query parameters and small bodies of the API. A query holds text, so numbers are parsed from it. */
import * as z from "zod";
import { auditIdSchema, deliveryIdSchema, keyIdSchema, ownerSchema } from "../ids.ts";
import { auditActionSchema } from "../records/audit-records.ts";
import { batchRequestSchema, maxCostSchema } from "./batch-request.ts";

/** A description of the API says of it what it is once it is parsed. */
const numberText = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.int().min(least).max(most))
    .meta({ type: "integer", minimum: least, maximum: most });

const timeSchema = z.iso.datetime({ offset: true });

const yesOrNo = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .meta({ type: "boolean" });

/** A list's place by number: text, as every `next_cursor` is. */
const placeText = z
  .string()
  .regex(/^\d{1,6}$/, "must be a `next_cursor` of this list")
  .transform(Number);

/** `POST /v1/batches` and `POST /v1/launch` */
export const dryRunQuerySchema = z.strictObject({ dry_run: yesOrNo.default(false) });

/** `GET /v1/items/{id}/audio`: without a redirect for clients that would send their key on to the bucket. */
export const audioQuerySchema = z.strictObject({ redirect: yesOrNo.default(true) });

/** `GET /v1/batches` */
export const batchListQuerySchema = z.strictObject({
  limit: numberText(1, 100).default(20),
  cursor: z
    .string()
    .regex(/^\d{13}-batch_[0-9A-HJKMNP-TV-Z]{26}$/, "must be a `next_cursor` of this list")
    .optional(),
  /** Another owner's batches: for keys that may operate. */
  owner: ownerSchema.optional(),
});

/** `GET /v1/batches/{id}` */
export const batchQuerySchema = z.strictObject({
  /** Seconds to wait for a change. */
  wait: numberText(0, 25).default(0),
});

/** `GET /v1/batches/{id}/items`: pages of items in their order. */
export const itemPageQuerySchema = z.strictObject({
  limit: numberText(1, 1000).default(1000),
  cursor: placeText.default(0),
});

/** `GET /v1/batches/{id}/events` */
export const eventListQuerySchema = z.strictObject({
  limit: numberText(1, 1000).default(100),
  cursor: z
    .string()
    .regex(/^\d{13}-\d-\d{6}$/, "must be a `next_cursor` of this list")
    .optional(),
});

export const resultForms = ["jsonl", "csv"] as const;
/** `GET /v1/batches/{id}/results`: without a form, what `Accept` prefers. */
export const resultPageQuerySchema = itemPageQuerySchema.extend({ format: z.enum(resultForms).optional() });

/** `GET /v1/decisions` */
export const decisionListQuerySchema = z.strictObject({
  limit: numberText(1, 100).default(20),
  cursor: z
    .string()
    .regex(/^\d{13}-[0-9A-Za-z]+\.json$/, "must be a `next_cursor` of this list")
    .optional(),
});

/** `GET /v1/prices` */
export const pricesQuerySchema = z.strictObject({
  /** How far back: EC2 keeps 90 days, and two weeks of changes fit an answer. */
  hours: numberText(1, 336).default(24),
});

/** `GET /v1/keys` */
export const keyListQuerySchema = z.strictObject({
  limit: numberText(1, 100).default(20),
  cursor: keyIdSchema.optional(),
});

/** `GET /v1/audit`: what was done from `since` to `until`, both included. */
export const auditListQuerySchema = z.strictObject({
  limit: numberText(1, 100).default(20),
  cursor: auditIdSchema.optional(),
  action: auditActionSchema.optional(),
  /** Of the key that was used. */
  owner: ownerSchema.optional(),
  since: timeSchema.optional(),
  until: timeSchema.optional(),
});

/** `GET /v1/webhooks/{id}/deliveries` */
export const deliveryListQuerySchema = z.strictObject({
  limit: numberText(1, 50).default(20),
  cursor: deliveryIdSchema.optional(),
});

/** `GET /v1/usage`: days in UTC, both included. */
export const usageQuerySchema = z.strictObject({
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
});

/** `POST /v1/batches/{id}/budget` */
export const budgetRequestSchema = z.strictObject({
  max_cost_usd: maxCostSchema.describe("What the batch may cost from now on"),
});

/** `POST /v1/batches/{id}/retry`: what is not named is as it was of the batch, but for what bounds it: that has its own. */
export const retryRequestSchema = batchRequestSchema.pick({
  name: true,
  speed: true,
  priority: true,
  expires_in_seconds: true,
  max_cost_usd: true,
});
export type RetryRequest = z.infer<typeof retryRequestSchema>;

/** `POST /v1/batches/{id}/cancel` */
export const cancelRequestSchema = z.strictObject({
  mode: z
    .enum(["drain", "abort"])
    .describe("drain finishes running clips, abort ends them at their next step"),
});
