/** One embedded cloud for all end-to-end tests, in a folder of its own. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { startCloud } from "../../local/cloud/cloud.ts";
import { localStage } from "../../local/start/stage.ts";
import type { CloudFile } from "../../shared/contract/cloud-file.ts";

declare module "vitest" {
  interface ProvidedContext {
    cloud: CloudFile;
  }
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Logs of a run stay in `.local/e2e` until the next one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = join(root, ".local", "e2e");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const cloud = await startCloud({
    root,
    folder,
    config: localStage(root, null, root),
    machines: { bootSeconds: 1, noticeSeconds: 8 },
  });
  const { apiUrl, keys, bucket, endpoints } = cloud;
  project.provide("cloud", { apiUrl, keys, bucket, endpoints });
  return () => cloud.stop();
}
