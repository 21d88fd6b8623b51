/**
 * The engine's protocol: one JSON object a line, commands on its stdin, events on its stdout, the log on its
 * stderr. Its Python twin is `worker/engine/mgb_engine/io/protocol.py`. Every `submit` is answered exactly
 * once, by `done`, `failed` or `checkpoint`.
 */
import * as z from "zod";
import { cutText } from "./text.ts";
import { outputSchema, parametersSchema } from "./api/parameters.ts";

const submitCommandSchema = z.strictObject({
  type: z.literal("submit"),
  id: z.string(),
  prompt: z.string(),
  seed: z.int(),
  ...parametersSchema.required().shape,
  output: outputSchema.required(),
  /** What the clip continues: a part of an audio file, or (`part` null) the codes that were kept of a clip. */
  continue_from: z
    .strictObject({
      path: z.string(),
      /** What its owner calls it. */
      name: z.string(),
      part: z.strictObject({ start: z.number(), end: z.number().nullable() }).nullable(),
    })
    .nullable(),
  resume: z.strictObject({ path: z.string() }).nullable(),
});
export const engineCommandSchema = z.discriminatedUnion("type", [
  submitCommandSchema,
  z.strictObject({ type: z.literal("cancel"), id: z.string() }),
  z.strictObject({ type: z.literal("drain"), within_seconds: z.number() }),
  z.strictObject({ type: z.literal("shutdown") }),
]);
export type EngineCommand = z.infer<typeof engineCommandSchema>;

/** What an attempt took of the engine, whether it made the clip or was cut short. */
const spent = {
  /** The clip's share of the engine's busy time. */
  gpu_seconds: z.number(),
  /** Decoder steps made in this attempt; those that a checkpoint had made before are not counted. */
  steps: z.int(),
};

/** What was measured on the finished audio. */
export const audioChecksSchema = z.strictObject({
  /** Integrated loudness (ITU-R BS.1770); null when the clip is too short or silent. */
  lufs: z.number().nullable(),
  true_peak_dbtp: z.number().nullable(),
  /** Share of 20 ms windows below −60 dBFS, 0 to 1. */
  silence_ratio: z.number(),
  clipped_samples: z.int(),
});

const longestDetail = 500;
export const engineFailureCodes = [
  "bad_request",
  "canceled",
  "numeric",
  "internal",
  "out_of_memory",
] as const;

export const engineReadySchema = z.object({
  type: z.literal("ready"),
  model: z.string(),
  revision: z.string(),
  device: z.enum(["cpu", "cuda"]),
  device_name: z.string(),
  dtype: z.string(),
  slots: z.int().positive(),
  sample_rate: z.int().positive(),
  /** The attention kernel ("triton", "numba"), or "torch: …" with the reason for the slow one. */
  attention: z.string().optional(),
  engine_version: z.string(),
  /**
   * A guess at what all slots together make in a second, from a trial at start with the usual clip's context, text
   * and codec; null when there was no trial. `stats` tells what was measured.
   */
  guessed_audio_seconds_per_second: z.number().positive().nullable(),
  /** How long parts of its start took: the weights, and the trial that tries the kernels. The rest is Python. */
  start: z.object({ weights_seconds: z.number().min(0), trial_seconds: z.number().min(0) }).optional(),
});
export type EngineReady = z.infer<typeof engineReadySchema>;

/** Why an engine never became ready, as far as it can be told apart. */
export const engineStartFailureCodes = [
  /** There is no such folder, or the hub does not have it or cannot be reached. */
  "model_not_found",
  /** A checkpoint that is damaged, or that the engine does not run. */
  "bad_model",
  "out_of_memory",
  /** CUDA was asked for and there is none, or it does not work. */
  "no_device",
  /** The folder for the audio files cannot be written. */
  "disk",
  "internal",
] as const;
/** The last line of an engine that could not start; the process ends after it. */
export const engineStartFailureSchema = z.object({
  type: z.literal("failed_to_start"),
  code: z.enum(engineStartFailureCodes),
  detail: z.string(),
});
export type EngineStartFailure = z.infer<typeof engineStartFailureSchema>;

/** Said after finished clips, from the eighth on, at most once a second. */
export const engineStatsSchema = z.object({
  type: z.literal("stats"),
  /** What all slots together make in a second, measured by finished clips, also where not all slots were taken. */
  audio_seconds_per_second: z.number().positive(),
  /** By how many clips it was measured. */
  measured_clips: z.int().positive(),
});

export const engineDoneSchema = z.object({
  type: z.literal("done"),
  id: z.string(),
  path: z.string(),
  /** The codes of the whole clip, so that another can continue it; null: they are not kept. */
  codes_path: z.string().nullable(),
  duration_seconds: z.number(),
  sha256: z.string(),
  bytes: z.int(),
  checks: audioChecksSchema,
  ...spent,
  resumed_at_step: z.int(),
  /** What this clip was computed in. */
  dtype: z.string(),
});
export type EngineDone = z.infer<typeof engineDoneSchema>;

/** Cut short by a drain: the codes so far lie at `path`, null when there are none, or the disk refused them. */
export const engineCheckpointSchema = z.object({
  type: z.literal("checkpoint"),
  id: z.string(),
  path: z.string().nullable(),
  /** Where the clip stands in that file; 0 without one. */
  step: z.int(),
  ...spent,
});
export type EngineCheckpoint = z.infer<typeof engineCheckpointSchema>;

export const engineEventSchema = z.discriminatedUnion("type", [
  engineReadySchema,
  engineStartFailureSchema,
  engineStatsSchema,
  z.object({ type: z.literal("progress"), id: z.string(), step: z.int(), steps: z.int() }),
  engineDoneSchema,
  engineCheckpointSchema,
  z.object({
    type: z.literal("failed"),
    id: z.string().nullable(),
    code: z.enum(engineFailureCodes),
    /** It goes into results and lists. */
    detail: z.string().transform((text) => cutText(text, longestDetail)),
    retryable: z.boolean(),
  }),
]);
export type EngineEvent = z.infer<typeof engineEventSchema>;
