/** One embedded cloud for all end-to-end tests, in a folder of its own. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { startCloud } from "../../local/cloud/cloud.ts";
import type { CloudFile } from "../../shared/contract/cloud-file.ts";
import { noiseStage } from "./noise-stage.ts";

declare module "vitest" {
  interface ProvidedContext {
    cloud: CloudFile;
  }
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A folder for each run, so that two may run at once; it goes when the run ends well. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = join(root, ".local", "e2e", String(process.pid));
  mkdirSync(folder, { recursive: true });
  const cloud = await startCloud({
    root,
    folder,
    config: noiseStage(root),
    machines: { bootSeconds: 3, noticeSeconds: 3 },
  });
  const { apiUrl, keys, bucket, endpoints } = cloud;
  project.provide("cloud", { apiUrl, keys, bucket, endpoints });
  return async () => {
    await cloud.stop();
    if (project.vitest.state.getCountOfFailedTests() === 0) rmSync(folder, { recursive: true, force: true });
  };
}
