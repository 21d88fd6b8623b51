/** The stage `local` with the tiny random checkpoint: noise in a second, for tests that ask how and not what. */
import { join } from "node:path";
import { localStage } from "../../local/start/stage.ts";
import type { StageConfig } from "../../shared/config.ts";

export const noiseStage = (root: string): StageConfig => ({
  ...localStage(root, null, root),
  models: [
    {
      id: "tiny-random",
      display_name: "tiny-random (noise)",
      source: join(root, ".local", "models", "tiny-random"),
      licence: "Apache-2.0",
      audio_seconds_per_gpu_second: 20,
      max_duration_seconds: 30,
    },
  ],
});
