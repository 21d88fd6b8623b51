/** The stage `local` with the tiny random checkpoint: noise in a second, for tests that ask how and not what. */
import { join } from "node:path";
import { localStage } from "../../local/start/stage.ts";
import type { StageConfig } from "../../shared/config.ts";

/** What is waited for comes sooner than in the stage for people: the end of a lease, of a price's patience, of an idle machine. */
export function noiseStage(root: string): StageConfig {
  const stage = localStage(root, null, root);
  return {
    ...stage,
    over_price_seconds: 2,
    worker: { ...stage.worker, idle_exit_seconds: 2, visibility_seconds: 15 },
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
  };
}

/** An engine of which no step takes less: at 20 ms a clip takes as long to make as it plays, at least. */
export const pacedEngine = (root: string, stepMs: number): readonly string[] => [
  join(root, "tests", "e2e", "paced_engine.py"),
  String(stepMs),
];

/** Where `npm test` has packaged this stage; undefined: nowhere, so a cloud packages it itself. */
export const packagedNoise: string | undefined = process.env["MGB_PACKAGED_NOISE"];
