/** The records of uploads, and of what becomes of them. */
import * as z from "zod";
import { batchIdSchema, uploadIdSchema } from "../ids.ts";
import { parameterChoiceSchema } from "../api/parameters.ts";
import { inputErrorsSchema } from "../api/problem.ts";

const timeSchema = z.iso.datetime();
const version = z.literal(1);

/** `uploads/{id}.json`; the file itself lies beside it. */
export const uploadRecordSchema = z.strictObject({
  v: version,
  id: uploadIdSchema,
  owner: z.string(),
  /** The size that the client named, and that the bucket holds it to. */
  bytes: z.int(),
  expires_at: timeSchema,
  /** The one batch that is made of it, and since when; null: it was not submitted. */
  taken_by: z.strictObject({ batch_id: batchIdSchema, at: timeSchema }).nullable(),
});
export type UploadRecord = z.infer<typeof uploadRecordSchema>;

/**
 * How far the check of the lines is: everything before this place is checked, without a fault, and stored in chunks.
 * `checking` is left when all lines are checked, `queueing` when all messages are sent, or when nothing more is to be
 * sent. A batch that gets no items goes from `checking` to `ending`.
 */
const checkingSchema = z.strictObject({
  at: z.literal("checking"),
  /** Where the next line begins. */
  byte: z.int().min(0),
  /** The number of the next line, from 1. */
  line: z.int().min(1),
  /** The index of the next line's first item. It may be below that of the chunks: variations of a line lie in two. */
  index: z.int().min(0),
  chunks: z.int().min(0),
  audio_seconds: z.number(),
  longest_seconds: z.number(),
});
const queueingSchema = z.strictObject({
  at: z.literal("queueing"),
  total: z.int().positive(),
  audio_seconds: z.number(),
  longest_seconds: z.number(),
  /** How many chunks were sent to the queue. */
  sent_chunks: z.int().min(0),
});
/** It is decided that the batch ends without an item, and why. Whichever run reads this carries it out. */
const endingSchema = z.strictObject({
  at: z.literal("ending"),
  why: z.enum(["invalid", "canceled", "expired"]),
  /** What is wrong with its lines, which may quote them. */
  errors: inputErrorsSchema.nullable(),
});
const endedSchema = z.strictObject({ at: z.literal("ended") });

/** `batches/{id}/expand.json`: how a batch is made of an upload. */
export const expansionRecordSchema = z.strictObject({
  v: version,
  batch_id: batchIdSchema,
  upload_id: uploadIdSchema,
  bytes: z.int(),
  /** The file as it was when it was submitted: another one is not read. */
  etag: z.string(),
  defaults: parameterChoiceSchema,
  reuse: z.boolean().optional(),
  /** Drawn by the run that works on it; null: none does. A run that has written nothing for a while has died. */
  runner: z.string().nullable(),
  state: z.discriminatedUnion("at", [checkingSchema, queueingSchema, endingSchema, endedSchema]),
});
export type ExpansionRecord = z.infer<typeof expansionRecordSchema>;
export type Expansion = ExpansionRecord["state"];
export type Checking = z.infer<typeof checkingSchema>;
export type Queueing = z.infer<typeof queueingSchema>;
export type Ending = z.infer<typeof endingSchema>;
