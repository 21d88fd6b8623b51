/**
 * The engine's protocol: one JSON object a line, commands on its stdin, events on its stdout, the log on its
 * stderr. Its Python twin is `worker/engine/mgb_engine/protocol.py`. Every `submit` is answered exactly
 * once, by `done`, `failed` or `checkpoint`.
 */
import { z } from "zod";
import { outputSchema, parametersSchema } from "./parameters.ts";

const submitCommandSchema = z.strictObject({
  type: z.literal("submit"),
  id: z.string(),
  prompt: z.string(),
  seed: z.int(),
  ...parametersSchema.shape,
  output: outputSchema,
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
export type AudioChecks = z.infer<typeof audioChecksSchema>;

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
  engine_version: z.string(),
  /** Measured at start, all slots busy; null when it was not measured. */
  audio_seconds_per_second: z.number().nullable(),
});
export type EngineReady = z.infer<typeof engineReadySchema>;

export const engineDoneSchema = z.object({
  type: z.literal("done"),
  id: z.string(),
  path: z.string(),
  duration_seconds: z.number(),
  sha256: z.string(),
  bytes: z.int(),
  checks: audioChecksSchema,
  ...spent,
  resumed_at_step: z.int(),
  /** What this clip was computed in: float32 where the engine's usual precision did not bear it. */
  dtype: z.string(),
});
export type EngineDone = z.infer<typeof engineDoneSchema>;

/** Cut short by a drain: the codes so far lie at `path`. */
export const engineCheckpointSchema = z.object({
  type: z.literal("checkpoint"),
  id: z.string(),
  path: z.string(),
  /** Where the clip stands; 0: nothing of it is made. */
  step: z.int(),
  ...spent,
});
export type EngineCheckpoint = z.infer<typeof engineCheckpointSchema>;

export const engineEventSchema = z.discriminatedUnion("type", [
  engineReadySchema,
  z.object({ type: z.literal("progress"), id: z.string(), step: z.int(), steps: z.int() }),
  engineDoneSchema,
  engineCheckpointSchema,
  z.object({
    type: z.literal("failed"),
    id: z.string().nullable(),
    code: z.enum(engineFailureCodes),
    detail: z.string(),
    retryable: z.boolean(),
  }),
  z.looseObject({ type: z.literal("stats") }),
]);
export type EngineEvent = z.infer<typeof engineEventSchema>;
