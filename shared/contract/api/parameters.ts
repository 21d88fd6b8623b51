/** The parameters of a clip and their limits. */
import { z } from "zod";
import { textSchema } from "../text.ts";

/** Limits of one clip and one batch; the API states them, the schemas hold them. */
export const limits = {
  promptCharacters: 1000,
  /** Past 30 s the engine goes by windows; a model's own limit in the configuration may be lower. */
  durationSeconds: 120,
  inlineItems: 1000,
  bodyBytes: 4 * 1024 * 1024,
  /** Of an upload, variations counted one by one. */
  uploadItems: 50_000,
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
} as const;

export const audioFormats = ["wav", "flac", "mp3", "ogg"] as const;
export const outputSchema = z.strictObject({
  format: z.enum(audioFormats),
  normalize: z.enum(["loudness", "peak", "none"]),
  /** How long the clip takes to fall silent at its end; at most its length. 0: the last 20 ms do, unless `normalize` is none. */
  fade_out_seconds: z.number().min(0).max(limits.fadeOutSeconds),
});
export type Output = z.infer<typeof outputSchema>;

/** Seeds stay below 2^53, so that every client can hold one in a JSON number. */
export const seedSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
export const promptSchema = textSchema({ least: 1, most: limits.promptCharacters });

const sampling = {
  duration_seconds: z.number().min(1).max(limits.durationSeconds),
  temperature: z.number().min(0.01).max(5),
  top_k: z.int().min(0).max(2048),
  top_p: z.number().min(0).max(1),
  guidance_scale: z.number().min(1).max(20),
};

/** Everything that decides the codes of a clip, besides model revision, prompt and seed. */
export const parametersSchema = z.strictObject({ ...sampling, output: outputSchema });
export type Parameters = z.infer<typeof parametersSchema>;

/** What a user may state for a batch as a whole, or override for one item. */
export const parameterChoiceSchema = z
  .strictObject({ ...sampling, output: outputSchema.partial() })
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
