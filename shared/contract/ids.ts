/** The ids of batches, items, keys, webhooks, machines and launches. */
import { decodeTime } from "ulid";
import * as z from "zod";

/** A batch: `batch_` and a ULID, so that ids sort by the time of submission. */
export const batchIdSchema = z
  .string()
  .regex(/^batch_[0-9A-HJKMNP-TV-Z]{26}$/)
  .brand<"BatchId">();
export type BatchId = z.infer<typeof batchIdSchema>;

/** An item's id is made of its batch and its index, so that nothing has to be looked up. */
export const itemIdSchema = z
  .string()
  .regex(/^item_[0-9A-HJKMNP-TV-Z]{26}_(?:0|[1-9]\d{0,5})$/, "must be an item's id, such as item_…_0")
  .brand<"ItemId">();
export type ItemId = z.infer<typeof itemIdSchema>;

export const intentIdSchema = z
  .string()
  .regex(/^intent_[0-9A-HJKMNP-TV-Z]{26}$/)
  .brand<"IntentId">();
export type IntentId = z.infer<typeof intentIdSchema>;

export const stopIdSchema = z
  .string()
  .regex(/^stop_[0-9A-HJKMNP-TV-Z]{26}$/)
  .brand<"StopId">();
export type StopId = z.infer<typeof stopIdSchema>;

/** An API key's id is made of its hash: it leads to the record and does not reveal the key. */
export const keyIdSchema = z
  .string()
  .regex(/^key_[0-9a-f]{16}$/)
  .brand<"KeyId">();
export type KeyId = z.infer<typeof keyIdSchema>;

/** A webhook endpoint: `webhook_` and a ULID. */
export const webhookIdSchema = z
  .string()
  .regex(/^webhook_[0-9A-HJKMNP-TV-Z]{26}$/)
  .brand<"WebhookId">();
export type WebhookId = z.infer<typeof webhookIdSchema>;

/** An attempt to deliver an event, within its endpoint: the newest sorts first. */
export const deliveryIdSchema = z
  .string()
  .regex(/^\d{13}-[0-9A-HJKMNP-TV-Z]{26}$/)
  .brand<"DeliveryId">();
export type DeliveryId = z.infer<typeof deliveryIdSchema>;

/** An act that was recorded: the newest sorts first. */
export const auditIdSchema = z
  .string()
  .regex(/^\d{13}-[0-9A-HJKMNP-TV-Z]{26}$/)
  .brand<"AuditId">();
export type AuditId = z.infer<typeof auditIdSchema>;

/** The owner of batches and keys. It is part of keys in the bucket. */
export const ownerSchema = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, {
  error: "must have 1 to 64 letters, digits, '.', '_' or '-'",
});

/** A file of items that a client sends to the bucket itself. */
export const uploadIdSchema = z
  .string()
  .regex(/^upload_[0-9A-HJKMNP-TV-Z]{26}$/, "must be the id of an upload: upload_ and 26 letters and digits")
  .brand<"UploadId">();
export type UploadId = z.infer<typeof uploadIdSchema>;

/** EC2's own id of a machine (`i-0123…`). */
export const instanceIdSchema = z
  .string()
  .regex(/^i-[0-9a-f]{8,17}$/)
  .brand<"InstanceId">();
export type InstanceId = z.infer<typeof instanceIdSchema>;

export const batchIdOf = (ulid: string): BatchId => batchIdSchema.parse(`batch_${ulid}`);
export const intentIdOf = (ulid: string): IntentId => intentIdSchema.parse(`intent_${ulid}`);
export const webhookIdOf = (ulid: string): WebhookId => webhookIdSchema.parse(`webhook_${ulid}`);
export const uploadIdOf = (ulid: string): UploadId => uploadIdSchema.parse(`upload_${ulid}`);
export const stopIdOf = (ulid: string): StopId => stopIdSchema.parse(`stop_${ulid}`);

/** @param sha256 of the key, in hexadecimal digits */
export const keyIdOf = (sha256: string): KeyId => keyIdSchema.parse(`key_${sha256.slice(0, 16)}`);

/** When a batch was submitted, in milliseconds since the epoch. */
export const batchTimeMs = (id: BatchId): number => decodeTime(id.slice("batch_".length));

/** When a launch's intent was written, in milliseconds since the epoch. */
export const intentTimeMs = (id: IntentId): number => decodeTime(id.slice("intent_".length));

/** @param index position of the item in its batch, from 0. */
export const itemIdOf = (batchId: BatchId, index: number): ItemId =>
  itemIdSchema.parse(`item_${batchId.slice("batch_".length)}_${index}`);

/** The inverse of {@link itemIdOf}. */
export function locateItem(itemId: ItemId): { readonly batchId: BatchId; readonly index: number } {
  const [, ulid, index] = itemId.split("_");
  return { batchId: batchIdOf(ulid ?? ""), index: Number(index) };
}
