/** The body of a submit. */
import { z } from "zod";
import {
  limits,
  parameterChoiceSchema,
  prioritySchema,
  promptSchema,
  seedSchema,
  speedSchema,
} from "./parameters.ts";
import { uploadIdSchema } from "../ids.ts";
import { textSchema } from "../text.ts";

const customIdSchema = z
  .string()
  .min(1)
  .max(limits.customIdCharacters)
  .regex(/^[A-Za-z0-9._-]+$/, "may hold letters, digits, '.', '_' and '-' only");

export const maxCostSchema = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,6})?$/, 'must be an amount of USD such as "1.50"')
  .refine((text) => Number(text) > 0, "must be greater than 0")
  .meta({ pattern: String.raw`^(?=.*[1-9])\d{1,6}(\.\d{1,6})?$`, examples: ["1.50"] });

/** The caller's own metadata. It is counted before it is parsed, because there may be any number of entries. */
const metadataSchema = z
  .record(z.string(), z.unknown())
  .refine((entries) => Object.keys(entries).length <= limits.metadataEntries, {
    error: ({ input }) =>
      `must have at most ${limits.metadataEntries} entries, got ${Object.keys(input as object).length}`,
  })
  .pipe(
    z
      .record(
        textSchema({ least: 1, most: limits.metadataKeyCharacters }),
        textSchema({ least: 0, most: limits.metadataValueCharacters }),
      )
      .meta({ maxProperties: limits.metadataEntries }),
  );

/** One line of a prompts file, or one element of `items`. */
export const itemRequestSchema = z.strictObject({
  custom_id: customIdSchema.optional(),
  prompt: promptSchema,
  seed: seedSchema.optional(),
  variations: z.int().min(1).max(limits.variations).optional(),
  ...parameterChoiceSchema.shape,
});
export type ItemRequest = z.infer<typeof itemRequestSchema>;

/** What a batch is made with; its items come next. */
const what = {
  name: textSchema({ least: 1, most: limits.nameCharacters }).optional(),
  model: z.string().min(1).max(200).optional(),
  defaults: parameterChoiceSchema.optional(),
};
/** How soon it is made, what it may cost, and how long it is kept. */
const bounds = {
  speed: speedSchema.optional(),
  /** Absent: normal. */
  priority: prioritySchema.optional(),
  /**
   * Whether an item gets a clip that its owner has already, made of the same prompt, seed, parameters and model. Absent:
   * the items whose seed is given. True: the clips with a drawn seed are kept for reuse too. False: none.
   */
  reuse: z.boolean().optional(),
  expires_in_seconds: z
    .int()
    .min(60)
    .max(14 * 86_400)
    .optional(),
  /** The batch's cost limit: once it is reached, no machine is launched for the batch and no more of it is begun. */
  max_cost_usd: maxCostSchema.optional(),
  metadata: metadataSchema.optional(),
  /** The batch's clips and records are deleted this many days after its end. Absent: never. */
  retain_days: z.int().min(1).max(3650).optional(),
};

/** The body of `POST /v1/batches`. Unknown fields are refused. `checkRequest` checks that ids are unique. */
export const batchRequestSchema = z.strictObject({
  ...what,
  items: z
    .array(z.unknown())
    .min(1)
    .max(limits.inlineItems)
    .pipe(z.array(itemRequestSchema).min(1).max(limits.inlineItems)),
  ...bounds,
});
export type BatchRequest = z.infer<typeof batchRequestSchema>;

/** The same, for items that lie in an upload: JSON Lines, an item on each. */
export const uploadedBatchRequestSchema = z.strictObject({
  ...what,
  upload_id: uploadIdSchema,
  ...bounds,
});
export type UploadedBatchRequest = z.infer<typeof uploadedBatchRequestSchema>;

/** What either of them becomes, without its items. */
export type BatchTerms = Omit<BatchRequest, "items">;

/** What an estimate needs to know of items that are too many for a body. */
export const totalsRequestSchema = z.strictObject({
  model: what.model,
  speed: bounds.speed,
  totals: z.strictObject({
    /** Variations counted one by one. */
    items: z.int().min(1).max(limits.uploadItems),
    audio_seconds: z
      .number()
      .min(1)
      .max(limits.uploadItems * limits.durationSeconds),
    longest_seconds: z.number().min(1).max(limits.durationSeconds),
  }),
});
export type TotalsRequest = z.infer<typeof totalsRequestSchema>;

/** `POST /v1/uploads`: the size is part of the signature, so the bucket takes a file of this size only. */
export const uploadRequestSchema = z.strictObject({ bytes: z.int().min(1).max(limits.uploadBytes) });
