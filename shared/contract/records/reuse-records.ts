/** What is kept so that a clip can be had again without making it. */
import * as z from "zod";
import { itemIdSchema } from "../ids.ts";
import { audioRecordSchema, codesSchema, provenanceSchema } from "./batch-records.ts";

const version = z.literal(1);

/** `reuse/makers/{model}.json`: with what the latest machine of a model makes its clips. */
export const makerRecordSchema = z.strictObject({
  v: version,
  /** As the stage's configuration names the weights. */
  source: z.string(),
  revision: z.string(),
  engine_version: z.string(),
  dtype: z.string(),
  device: z.string(),
});
export type MakerRecord = z.infer<typeof makerRecordSchema>;

/** `reuse/{given,continued}/{day}.json`: how many clips were given again, or looked up to be continued, on a day (UTC). */
export const dayCountSchema = z.strictObject({ v: version, items: z.int().min(0) });

/** `reuse/{sha256}`: the latest clip of that kind, and the item that has it. It holds no prompt. */
export const reuseRecordSchema = z.strictObject({
  v: version,
  item_id: itemIdSchema,
  audio: audioRecordSchema,
  provenance: provenanceSchema,
  codes: codesSchema.optional(),
});
export type ReuseRecord = z.infer<typeof reuseRecordSchema>;
