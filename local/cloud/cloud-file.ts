/** `cloud.json`: how clients find the running cloud. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CloudFile, cloudFileSchema } from "../../shared/contract/cloud-file.ts";
import { CloudError } from "./errors.ts";

const pathIn = (folder: string): string => join(folder, "cloud.json");

/** Readable by its owner only, because it contains keys. */
export function writeCloudFile(folder: string, cloud: CloudFile): void {
  writeFileSync(pathIn(folder), `${JSON.stringify(cloud, null, 2)}\n`, { mode: 0o600 });
}

export function removeCloudFile(folder: string): void {
  rmSync(pathIn(folder), { force: true });
}

/** @throws CloudError when the cloud in the folder's file still answers */
export async function refuseSecondCloud(folder: string): Promise<void> {
  const left = readCloudFile(folder);
  if (left === null) return;
  const answer = await fetch(`${left.apiUrl}/healthz`, { signal: AbortSignal.timeout(30_000) }).catch(
    () => null,
  );
  if (answer !== null)
    throw new CloudError(
      `already running in this folder (${left.apiUrl}); press Ctrl-C in its terminal first`,
    );
}

/** @returns null when there is no such file, or another version wrote it */
function readCloudFile(folder: string): CloudFile | null {
  try {
    return cloudFileSchema.parse(JSON.parse(readFileSync(pathIn(folder), "utf8")));
  } catch {
    return null;
  }
}
