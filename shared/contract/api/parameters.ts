/** The parameters of a clip and their limits. */
import * as z from "zod";
import { textSchema } from "../text.ts";

/** Limits of one clip and one batch; the API states them, the schemas hold them. */
export const limits = {
  promptCharacters: 1000,
  /** Past 30 s the engine goes by windows; a model's own limit in the configuration may be lower. */
  durationSeconds: 300,
  inlineItems: 1000,
  bodyBytes: 4 * 1024 * 1024,
  /** Of an upload, variations counted one by one. */
  uploadItems: 50_000,
  /** Blank ones too: a client may leave lines blank, so that an item has the line that it has in its user's file. */
  uploadLines: 250_000,
  uploadBytes: 200 * 1024 * 1024,
  /** The longest prompt takes 12 kB when every character of it is escaped. */
  uploadLineBytes: 64 * 1024,
  customIdCharacters: 128,
  nameCharacters: 200,
  metadataEntries: 16,
  metadataKeyCharacters: 64,
  metadataValueCharacters: 512,
  variations: 8,
  fadeOutSeconds: 10,
  /** Of a file that is continued: what the model hears at once. */
  continuedSeconds: 30,
  continuedBytes: 64 * 1024 * 1024,
} as const;

export const audioFormats = ["wav", "flac", "mp3", "ogg"] as const;
export const outputSchema = z.strictObject({
  format: z.enum(audioFormats).describe("The file's format; wav when it is absent"),
  normalize: z
    .enum(["loudness", "peak", "none"])
    .describe(
      "To what the level is brought: −14 LUFS, a peak of −1 dB, or nothing; loudness when it is absent",
    ),
  fade_out_seconds: z
    .number()
    .min(0)
    .max(limits.fadeOutSeconds)
    .describe(
      "How long the clip takes to fall silent at its end; at most its length. 0: the last 20 ms do, unless normalize is none",
    ),
  only_new: z
    .boolean()
    .describe("Of a clip that continues something, only the new part; all of it when it is absent")
    .optional(),
});
export type Output = z.infer<typeof outputSchema>;

/** Seeds stay below 2^53, so that every client can hold one in a JSON number. */
export const seedSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
export const promptSchema = textSchema({ least: 1, most: limits.promptCharacters });

const sampling = {
  duration_seconds: z
    .number()
    .min(1)
    .max(limits.durationSeconds)
    .describe("How long the clip is; 10 when it is absent. A model may make shorter ones only"),
  temperature: z
    .number()
    .min(0.01)
    .max(5)
    .describe("How far the model strays from what is likeliest; 1 when it is absent"),
  top_k: z
    .int()
    .min(0)
    .max(2048)
    .describe("Of how many of the likeliest codes each is drawn; 0: of all. 250 when it is absent"),
  top_p: z
    .number()
    .min(0)
    .max(1)
    .describe(
      "Of the likeliest codes that have this much probability together each is drawn; 0, as when it is absent: no such limit",
    ),
  guidance_scale: z
    .number()
    .min(1)
    .max(20)
    .describe("How closely the clip follows its prompt; 3 when it is absent"),
};

const extendStrideSchema = z
  .number()
  .min(1)
  .max(29)
  .describe(
    "Of a clip over 30 s: how many seconds each later window makes. The rest of a window is what came before. 18 when it is absent",
  );
export const defaultExtendStride = 18;

/** Everything that decides the codes of a clip, besides model revision, prompt and seed. */
export const parametersSchema = z.strictObject({
  ...sampling,
  /** Absent: 18. */
  extend_stride: extendStrideSchema.optional(),
  output: outputSchema,
});
export type Parameters = z.infer<typeof parametersSchema>;

/** What a user may state for a batch as a whole, or override for one item. */
export const parameterChoiceSchema = z
  .strictObject({
    ...sampling,
    extend_stride: extendStrideSchema,
    output: outputSchema.partial().describe("The form of the file"),
  })
  .partial();
export type ParameterChoice = z.infer<typeof parameterChoiceSchema>;

/** `top_k` 250 as in Meta's audiocraft (transformers' silent default is 50); `top_p` 0 is off. */
export const defaultParameters: Parameters = {
  duration_seconds: 10,
  temperature: 1,
  top_k: 250,
  top_p: 0,
  guidance_scale: 3,
  output: { format: "wav", normalize: "loudness", fade_out_seconds: 0 },
};

/** How soon a user wants a batch; the seconds behind each word are the stage's configuration. */
export const speeds = ["fast", "standard", "economy"] as const;
export const speedSchema = z.enum(speeds);
export type Speed = z.infer<typeof speedSchema>;

/** Which of the waiting work is made first. It buys no machine and changes no deadline: `speed` does. */
export const priorities = ["low", "normal", "high"] as const;
export const prioritySchema = z.enum(priorities);
export type Priority = z.infer<typeof prioritySchema>;
