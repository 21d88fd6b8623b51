/** One embedded cloud for all end-to-end tests that do not need one of their own. */
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { noiseStage, pacedEngine } from "./noise-stage.ts";
import { makeFolder, root, startCloudFor } from "./start-cloud.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** What every role asked for since the cloud came up, a line of JSON each. */
    callRecord: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = makeFolder(project);
  const callRecord = join(folder, "calls.jsonl");
  project.provide("callRecord", callRecord);
  return startCloudFor(project, {
    folder,
    callRecord,
    config: noiseStage(root),
    engine: pacedEngine(root, 20),
  });
}
