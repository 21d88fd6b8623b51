/** An embedded cloud for the tests of one project, in a folder of its own. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { type CloudOptions, startCloud } from "../../local/cloud/cloud.ts";
import type { CloudFile } from "../../shared/contract/cloud-file.ts";

declare module "vitest" {
  interface ProvidedContext {
    cloud: CloudFile;
    /** Its time is ahead by the milliseconds in there. */
    clockFile: string;
    /** What every role asked for since the cloud came up, a line of JSON each. */
    callRecord: string;
  }
}

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** One for each project and run, so that several may run at once; it goes when the run ends well. */
function makeFolder(project: TestProject): string {
  const folder = join(root, ".local", "e2e", `${project.name}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** @returns what ends it. */
export async function startCloudFor(
  project: TestProject,
  options: Pick<CloudOptions, "config" | "engine" | "packaged">,
  aheadMs = 0,
): Promise<() => Promise<void>> {
  const folder = makeFolder(project);
  const clockFile = join(folder, "clock");
  writeFileSync(clockFile, String(aheadMs));
  project.provide("clockFile", clockFile);
  const callRecord = join(folder, "calls.jsonl");
  project.provide("callRecord", callRecord);
  const machines = { bootSeconds: 1, noticeSeconds: 3 };
  const cloud = await startCloud({ ...options, root, folder, clockFile, callRecord, machines });
  const { apiUrl, keys, bucket, endpoints } = cloud;
  project.provide("cloud", { apiUrl, keys, bucket, endpoints });
  return async () => {
    await cloud.stop();
    if (project.vitest.state.getCountOfFailedTests() === 0) rmSync(folder, { recursive: true, force: true });
  };
}
