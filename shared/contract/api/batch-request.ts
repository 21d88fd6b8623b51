/** The body of a submit. */
import * as z from "zod";
import {
  limits,
  parameterChoiceSchema,
  prioritySchema,
  promptSchema,
  seedSchema,
  speedSchema,
} from "./parameters.ts";
import { continueFromSchema } from "./continuation.ts";
import { uploadIdSchema } from "../ids.ts";
import { textSchema } from "../text.ts";
import { batchWebhookSchema } from "./webhooks.ts";

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
  custom_id: customIdSchema
    .describe("Your own id of the item, once in a batch; results and file names have it")
    .optional(),
  prompt: promptSchema.describe("What the clip is to sound like"),
  seed: seedSchema
    .describe("The same seed, prompt and parameters make the same clip; drawn and told when it is absent")
    .optional(),
  variations: z
    .int()
    .min(1)
    .max(limits.variations)
    .describe("How many clips are made of the item, each with a seed of its own; 1 when it is absent")
    .optional(),
  ...parameterChoiceSchema.shape,
  continue_from: continueFromSchema.describe("The clip begins with this and goes on from it").optional(),
});
export type ItemRequest = z.infer<typeof itemRequestSchema>;

/** What a batch is made with; its items come next. */
const what = {
  name: textSchema({ least: 1, most: limits.nameCharacters }).describe("What you call the batch").optional(),
  model: z
    .string()
    .min(1)
    .max(200)
    .describe("A model of GET /v1/models; the stage's first when it is absent")
    .optional(),
  defaults: parameterChoiceSchema.describe("The parameters of items that do not state their own").optional(),
};
/** How soon it is made, what it may cost, and how long it is kept. */
const bounds = {
  speed: speedSchema
    .describe("How soon you want it; the stage says how soon that is, and which it takes when it is absent")
    .optional(),
  priority: prioritySchema
    .describe("Which of the waiting work comes first; normal when it is absent")
    .optional(),
  reuse: z
    .boolean()
    .describe(
      "Whether an item gets a clip that you have already, made of the same prompt, seed, parameters and model. Absent: the items whose seed is given. True: clips with a drawn seed are kept for reuse too. False: none",
    )
    .optional(),
  expires_in_seconds: z
    .int()
    .min(60)
    .max(14 * 86_400)
    .describe("Items that have not begun so long after the submit expire; never when it is absent")
    .optional(),
  max_cost_usd: maxCostSchema
    .describe(
      "Before the batch has cost this, what has begun is finished, no machine is launched for it, and the rest waits. Only the stage's budgets limit it when it is absent",
    )
    .optional(),
  webhook: batchWebhookSchema
    .describe("Told of this batch's events. Your endpoint at its URL signs them; without one, one is made")
    .optional(),
  metadata: metadataSchema.describe("Your own words, by name, shown with the batch").optional(),
  retain_days: z
    .int()
    .min(1)
    .max(3650)
    .describe("The batch's clips and records are deleted so long after its end; never when it is absent")
    .optional(),
};

/** The body of `POST /v1/batches`. Unknown fields are refused. `checkRequest` checks that ids are unique. */
export const batchRequestSchema = z.strictObject({
  ...what,
  items: z
    .array(z.unknown())
    .min(1)
    .max(limits.inlineItems)
    .pipe(z.array(itemRequestSchema).min(1).max(limits.inlineItems))
    .describe("One for each prompt"),
  ...bounds,
});
export type BatchRequest = z.infer<typeof batchRequestSchema>;

/** The same, for items that lie in an upload: JSON Lines, an item on each. */
export const uploadedBatchRequestSchema = z.strictObject({
  ...what,
  upload_id: uploadIdSchema.describe("Of POST /v1/uploads: the file that holds the items, one a line"),
  ...bounds,
});
export type UploadedBatchRequest = z.infer<typeof uploadedBatchRequestSchema>;

/** What either of them becomes, without its items. */
export type BatchTerms = Omit<BatchRequest, "items">;

/** What an estimate needs to know of items that are too many for a body. */
export const totalsRequestSchema = z.strictObject({
  model: what.model,
  speed: bounds.speed,
  totals: z
    .strictObject({
      items: z.int().min(1).max(limits.uploadItems).describe("How many clips, variations counted one by one"),
      audio_seconds: z
        .number()
        .min(1)
        .max(limits.uploadItems * limits.durationSeconds)
        .describe("How long all clips are together"),
      longest_seconds: z.number().min(1).max(limits.durationSeconds).describe("How long the longest clip is"),
    })
    .describe("In place of the items"),
});
export type TotalsRequest = z.infer<typeof totalsRequestSchema>;

/** `POST /v1/uploads`: the size is part of the signature, so the bucket takes a file of this size only. */
export const uploadRequestSchema = z.strictObject({
  bytes: z.int().min(1).max(limits.uploadBytes).describe("The size of the file; the bucket takes no other"),
});
