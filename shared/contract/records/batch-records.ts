/** A batch's records in the bucket. Every record carries its schema version and is parsed when it is read. */
import * as z from "zod";
import { audioChecksSchema } from "../engine-protocol.ts";
import {
  batchIdSchema,
  instanceIdSchema,
  itemIdSchema,
  ownerSchema,
  uploadIdSchema,
  webhookIdSchema,
} from "../ids.ts";
import { batchEventTypes } from "../api/event-types.ts";
import { continueFromSchema } from "../api/continuation.ts";
import { inputErrorsSchema } from "../api/problem.ts";
import { estimateSchema, usdSchema } from "./receipt.ts";
import {
  audioFormats,
  parametersSchema,
  prioritySchema,
  seedSchema,
  speedSchema,
} from "../api/parameters.ts";

const timeSchema = z.iso.datetime();
const version = z.literal(1);

/** Its owner's endpoint that is told of the batch, and of what; null: none of its own. */
export const batchWebhookRecordSchema = z.strictObject({
  id: webhookIdSchema,
  events: z.array(z.enum(batchEventTypes)),
});

/**
 * `batches/{id}/batch.json`: written once, by submit. If its items lie in an upload, their totals are added when they
 * are checked. A deletion takes away what people wrote into it.
 */
export const batchRecordSchema = z.strictObject({
  v: version,
  id: batchIdSchema,
  owner: z.string(),
  /** The batch whose failed, canceled and expired items these are, if this is a retry; null: it is not. */
  retry_of: batchIdSchema.nullable().default(null),
  name: z.string().nullable(),
  model: z.string(),
  speed: speedSchema,
  priority: prioritySchema.default("normal"),
  /** Where its items came from; null: from the body of its submit, or from another batch. */
  upload_id: uploadIdSchema.nullable().default(null),
  /** 0 while its upload is checked, and if it is invalid. */
  total: z.int().min(0),
  audio_seconds: z.number(),
  submitted_at: timeSchema,
  /** When the user wants it done; the fleet plans with this. */
  deadline_at: timeSchema,
  /** Items that have not begun by then expire; null: never. */
  expires_at: timeSchema.nullable(),
  /** Its cost limit; null: only the stage's budgets limit it. */
  max_cost_usd: usdSchema.nullable(),
  /** The estimate at its submit; null until its upload is checked. */
  estimate: estimateSchema.nullable(),
  /** The faults of its upload, for which nothing of it was queued. */
  input_errors: inputErrorsSchema.nullable().default(null),
  webhook: batchWebhookRecordSchema.nullable().default(null),
  metadata: z.record(z.string(), z.string()),
  /** It is deleted this many days after its end; null: it is kept. */
  retain_days: z.int().positive().nullable().default(null),
  /** When it was deleted: from then on its owner does not see it. */
  deleted_at: timeSchema.nullable().default(null),
});
export type BatchRecord = z.infer<typeof batchRecordSchema>;

/** One line of `batches/{id}/items/{chunk}.jsonl`: everything that decides the clip, except the model's revision. */
export const itemRecordSchema = z.strictObject({
  index: z.int().min(0),
  custom_id: z.string().nullable(),
  prompt: z.string(),
  seed: seedSchema,
  parameters: parametersSchema,
  /** Absent: the clip continues nothing. */
  continue_from: continueFromSchema.optional(),
  /** It may get a clip that its owner has already, and its own clip is kept for reuse. */
  reuse: z.boolean().default(false),
});
export type ItemRecord = z.infer<typeof itemRecordSchema>;

export const failureCodes = [
  "bad_request",
  "numeric",
  "engine_error",
  "too_many_failures",
  "interruption_limit",
  "malformed_message",
  /** No queue accepts the item's message, so no worker could ever receive it. */
  "undeliverable",
] as const;
export const terminalOutcomes = ["succeeded", "failed", "canceled", "expired"] as const;
export type TerminalOutcome = (typeof terminalOutcomes)[number];

/** What a clip was made from and with: enough to make it again. */
export const provenanceSchema = z.strictObject({
  model: z.string(),
  revision: z.string(),
  engine_version: z.string(),
  dtype: z.string(),
  device: z.string(),
  seed: seedSchema,
  parameters: parametersSchema,
  /** Absent: the clip continues nothing. */
  continue_from: continueFromSchema.optional(),
});

/** A finished clip: where it is stored, and its properties. */
export const audioRecordSchema = z.strictObject({
  key: z.string(),
  format: z.enum(audioFormats),
  bytes: z.int(),
  sha256: z.string(),
  duration_seconds: z.number(),
  sample_rate: z.int(),
  checks: audioChecksSchema,
});

/** Why an item failed, for its owner. */
export const itemErrorSchema = z.strictObject({ code: z.enum(failureCodes), detail: z.string() });

/** How much time of each machine's engine all attempts at an item took, in seconds. The cost is shared out by this. */
const spentSchema = z.array(z.strictObject({ instance_id: instanceIdSchema, gpu_seconds: z.number() }));

/**
 * The codes of a whole clip, so that another can continue it: the engine's file of them, deflated, in base64. They
 * lie in the result, because an object of their own would cost each clip one write more.
 */
export const codesSchema = z.base64();
export const withCodesSchema = z.object({ codes: codesSchema.optional() });

const resultFieldsSchema = z.strictObject({
  v: version,
  batch_id: batchIdSchema,
  item_id: itemIdSchema,
  index: z.int().min(0),
  custom_id: z.string().nullable(),
  outcome: z.enum(terminalOutcomes),
  attempt: z.int().min(0),
  /** Drawn by the writer, so that it recognizes its own write after a time-out. */
  nonce: z.string(),
  instance_id: instanceIdSchema.nullable(),
  finished_at: timeSchema,
  audio: audioRecordSchema.nullable(),
  error: itemErrorSchema.nullable(),
  provenance: provenanceSchema.nullable(),
  /** From the attempt that made the clip, as the engine reported it. */
  gpu_seconds: z.number(),
  /**
   * Decoder steps made for it, in interrupted attempts too. If there are more than the clip has, some were made twice.
   */
  steps: z.int().min(0),
  interruptions: z.int().min(0),
  spent: spentSchema,
  /** The item whose clip this is a copy of; null: it was made. */
  reused_from: itemIdSchema.nullable().default(null),
});

/**
 * `batches/{id}/results/{index}.json`: the commit. The first writer wins, and it is never written again. Its codes are
 * left out in reading: nobody but a clip that continues it needs them.
 */
export const resultRecordSchema = resultFieldsSchema
  .extend(withCodesSchema.shape)
  .transform(({ codes: _codes, ...result }): z.infer<typeof resultFieldsSchema> => result);
export type ResultRecord = z.infer<typeof resultRecordSchema>;

/** `batches/{id}/attempts/{index}.json`: written only when an attempt did not succeed (If-Match). */
export const attemptsRecordSchema = z.strictObject({
  v: version,
  /** The number of failed attempts: at three the item fails. */
  failures: z.array(z.strictObject({ at: timeSchema, code: z.string(), detail: z.string() })),
  /** Does not count as an attempt. */
  interruptions: z.int().min(0),
  /** Decoder steps of the interrupted attempts, as far as the engine could report them. */
  interrupted_steps: z.int().min(0),
  spent: spentSchema,
});
export type AttemptsRecord = z.infer<typeof attemptsRecordSchema>;

/** A set of item indices, as base64 of a little-endian bit field. */
const bitmapSchema = z.base64();
export const runningItemSchema = z.strictObject({
  instance_id: instanceIdSchema,
  attempt: z.int(),
  since: timeSchema,
  step: z.int(),
  steps: z.int(),
});

/**
 * `batches/{id}/progress.json`: it may be lost, because it can be derived from the results. The four bitmaps are
 * disjoint. Every count is the number of bits set, so the counts always add up to the total, and folding twice changes
 * nothing.
 */
export const progressRecordSchema = z.strictObject({
  v: version,
  batch_id: batchIdSchema,
  total: z.int(),
  succeeded: bitmapSchema,
  failed: bitmapSchema,
  canceled: bitmapSchema,
  expired: bitmapSchema,
  running: z.record(z.string().regex(/^\d+$/), runningItemSchema),
  audio_seconds: z.number(),
  gpu_seconds: z.number(),
  interruptions: z.int(),
  /** Machines that worked on the batch. */
  instances: z.array(instanceIdSchema),
  started_at: timeSchema.nullable(),
  ended_at: timeSchema.nullable(),
  /** Why it ended without an item: its upload was invalid, or it was not wanted any more; null: it has items. */
  ended_empty: z.enum(["invalid", "canceled", "expired"]).nullable().default(null),
  /**
   * When all open items were last sent to their queue. Null: some are not in it, because the submit was cut off, or
   * because workers took out the items of a held batch.
   */
  sent_at: timeSchema.nullable(),
});
export type ProgressRecord = z.infer<typeof progressRecordSchema>;

/** `batches/{id}/completed.json`: written once, when the last item has an outcome. */
export const completedRecordSchema = z.strictObject({
  v: version,
  batch_id: batchIdSchema,
  ended_at: timeSchema,
  succeeded: z.int(),
  failed: z.int(),
  canceled: z.int(),
  expired: z.int(),
  audio_seconds: z.number(),
});
export type CompletedRecord = z.infer<typeof completedRecordSchema>;

/** Every worker of the batch reads the list every few seconds. */
export const mostCanceledItems = 1000;

/**
 * `batches/{id}/control.json`: what applies to a batch since its submit, by its owner's order or because of its budget.
 */
export const controlRecordSchema = z.strictObject({
  v: version,
  cancel: z.enum(["drain", "abort"]).nullable(),
  /** When `cancel` was first set. */
  canceled_at: timeSchema.nullable().default(null),
  /** Items canceled one by one, by their index. No worker begins them, and running ones end at their next step. */
  canceled_items: z.array(z.int().min(0)).max(mostCanceledItems).default([]),
  /** Replaces the limit of the submit; null: that limit applies. */
  max_cost_usd: usdSchema.nullable(),
  /** Its budget pays for nothing more, so none of it is begun. Null: it goes on. */
  held: z.strictObject({ since: timeSchema, detail: z.string() }).nullable(),
  /** The time of the last change. */
  at: timeSchema,
});
export type ControlRecord = z.infer<typeof controlRecordSchema>;

/** `waits.json`: for each request that waits now, until when. It never has more entries than may wait at once. */
export const waitsRecordSchema = z.strictObject({ v: version, waits: z.record(z.string(), timeSchema) });
export type WaitsRecord = z.infer<typeof waitsRecordSchema>;

/** The batch that a submit with this key made, or was about to make. */
export const reservedBatchSchema = z.strictObject({
  v: version,
  body_sha256: z.string(),
  batch_id: batchIdSchema,
  at: timeSchema,
});
export type ReservedBatch = z.infer<typeof reservedBatchSchema>;

/**
 * The answer to another POST with this key. `running`: not answered yet; `at` and `nonce` show whether it still may be.
 * `refused`: it did nothing, and the key is free.
 */
export const keptAnswerSchema = z.strictObject({
  v: version,
  request_sha256: z.string(),
  at: timeSchema,
  nonce: z.string(),
  state: z.enum(["running", "refused", "answered"]),
  answer: z
    .strictObject({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.unknown() })
    .nullable(),
});
export type KeptAnswer = z.infer<typeof keptAnswerSchema>;

/** `idempotency/{owner}/{sha256 of the key}`. */
export const idempotencyRecordSchema = z.union([reservedBatchSchema, keptAnswerSchema]);
export type IdempotencyRecord = z.infer<typeof idempotencyRecordSchema>;

export const scopes = ["read", "submit", "operate"] as const;
export type Scope = (typeof scopes)[number];
/** `keys/{sha256 of the key}`: never the key itself. */
export const apiKeyRecordSchema = z.strictObject({
  v: version,
  sha256: z.string(),
  owner: ownerSchema,
  scopes: z.array(z.enum(scopes)),
  /** What the key is for. Records written by hand have neither this nor an end. */
  name: z.string().nullable().default(null),
  created_at: timeSchema,
  /** After this time the key is not accepted; null: it does not expire. */
  expires_at: timeSchema.nullable().default(null),
  revoked_at: timeSchema.nullable(),
});
export type ApiKeyRecord = z.infer<typeof apiKeyRecordSchema>;
