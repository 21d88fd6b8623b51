/** A cloud with noise for music, for all files of one project. */
import type { TestProject } from "vitest/node";
import { noiseStage, packagedNoise, pacedEngine } from "./noise-stage.ts";
import { root, startCloudFor } from "./start-cloud.ts";

export const setup = (project: TestProject): Promise<() => Promise<void>> =>
  startCloudFor(project, {
    config: noiseStage(root),
    engine: pacedEngine(root, 20),
    packaged: packagedNoise,
  });
