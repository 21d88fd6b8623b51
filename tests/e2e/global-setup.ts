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
    /** What every role asked for since the cloud came up, a line of JSON each. */
    callRecord: string;
  }
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A folder for each run, so that two may run at once; it goes when the run ends well. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = join(root, ".local", "e2e", String(process.pid));
  mkdirSync(folder, { recursive: true });
  const callRecord = join(folder, "calls.jsonl");
  const cloud = await startCloud({
    callRecord,
    root,
    folder,
    config: noiseStage(root),
    machines: { bootSeconds: 3, noticeSeconds: 3 },
  });
  const { apiUrl, keys, bucket, endpoints } = cloud;
  project.provide("cloud", { apiUrl, keys, bucket, endpoints });
  project.provide("callRecord", callRecord);
  return async () => {
    await cloud.stop();
    if (project.vitest.state.getCountOfFailedTests() === 0) rmSync(folder, { recursive: true, force: true });
  };
}
