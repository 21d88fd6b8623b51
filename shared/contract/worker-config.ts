/** The worker's configuration and its tags. */
import * as z from "zod";
import { tierUrlsSchema } from "./tiers.ts";

/** The user data is a script. One of its lines is a comment with this prefix and the worker's configuration as JSON. */
export const userDataLine = "#mgb-worker ";

/**
 * A machine's configuration at boot, in the launch template's user data. The rest it reads from its own metadata
 * (instance id, zone, and the tag that names the model it was launched for).
 */
export const workerConfigSchema = z.strictObject({
  stage: z.string(),
  region: z.string(),
  bucket: z.string(),
  events_queue_url: z.url(),
  models: z.array(
    z.strictObject({
      id: z.string(),
      source: z.string(),
      queue_urls: tierUrlsSchema,
    }),
  ),
  visibility_seconds: z.number().positive(),
  heartbeat_seconds: z.number().positive(),
  interruption_poll_seconds: z.number().positive(),
  idle_exit_seconds: z.number().min(0),
  max_lifetime_seconds: z.number().positive(),
  waits_to_be_taken: z.boolean(),
  max_failures_per_item: z.int().positive(),
  max_interruptions_per_item: z.int().positive(),
});
export type WorkerConfig = z.infer<typeof workerConfigSchema>;

/** Tags that mark what is ours. IAM conditions, the reaper and stop-all use them. */
export const tagNames = {
  stage: "mgb:stage",
  intent: "mgb:intent",
  model: "mgb:model",
  expiresAt: "mgb:expires-at",
  /** On all that an image build makes: the version of the worker that it puts on the image. */
  build: "mgb:build",
} as const;
