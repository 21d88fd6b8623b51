/** `audit/…`: who did what to the stage, and when. A record is written once and never changed. */
import * as z from "zod";
import { auditIdSchema, keyIdSchema, ownerSchema } from "../ids.ts";

/** What is recorded. A submit is not: its batch is a record already. */
export const auditActions = [
  "launch",
  "stop",
  "start",
  "batch.cancel",
  "batch.delete",
  "batch.retry",
  "batch.budget",
  "item.cancel",
  "key.create",
  "key.revoke",
  "webhook.create",
  "webhook.change",
  "webhook.delete",
  "webhook.rotate",
] as const;
export const auditActionSchema = z.enum(auditActions);
export type AuditAction = z.infer<typeof auditActionSchema>;

/** `key_id` is null while the authorizer is of an earlier version, which does not tell it: for seconds of a deploy. */
const keyActorSchema = z.strictObject({
  kind: z.literal("key"),
  key_id: keyIdSchema.nullable(),
  owner: ownerSchema,
});
/** Of whoever used AWS credentials in place of a key; null when AWS did not tell. */
const credentialsActorSchema = z.strictObject({
  kind: z.literal("aws_credentials"),
  arn: z.string().nullable(),
});
export const auditActorSchema = z.discriminatedUnion("kind", [keyActorSchema, credentialsActorSchema]);
export type AuditActor = z.infer<typeof auditActorSchema>;

/** No secret, no prompt, no address of a receiver: what may be in them is nobody's but their owner's. */
const detailSchema = z.union([z.string(), z.number(), z.array(z.string())]);

export const auditRecordSchema = z.strictObject({
  v: z.literal(1),
  id: auditIdSchema,
  at: z.iso.datetime(),
  action: auditActionSchema,
  by: auditActorSchema,
  /** Null: not asked through the API. */
  request_id: z.string().nullable(),
  /** The id of the batch, item, key or webhook; null: the stage as a whole, or no id. */
  subject: z.string().nullable(),
  /** `refused`: nothing was changed. `failed`: part of it may have been. */
  outcome: z.enum(["done", "refused", "failed"]),
  /** Of the problem that was answered; null when it was done. */
  code: z.string().nullable(),
  details: z.record(z.string(), detailSchema),
});
export type AuditRecord = z.infer<typeof auditRecordSchema>;
