/** A cloud of four slow machines, half an hour before its midnight. */
import type { TestProject } from "vitest/node";
import { noiseStage, pacedEngine } from "../noise-stage.ts";
import { root, startCloudFor } from "../start-cloud.ts";

const hourMs = 3_600_000;

export function setup(project: TestProject): Promise<() => Promise<void>> {
  const stage = noiseStage(root);
  const config = {
    ...stage,
    limits: { ...stage.limits, max_instances: 4 },
    models: stage.models.map((model) => ({ ...model, audio_seconds_per_gpu_second: 2 })),
  };
  const aheadMs = (47.5 * hourMs - (Date.now() % (24 * hourMs))) % (24 * hourMs);
  return startCloudFor(project, { config, engine: pacedEngine(root, 200) }, aheadMs);
}
