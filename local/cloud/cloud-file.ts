/** `cloud.json`: how any client finds the cloud that is up. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CloudFile, cloudFileSchema } from "../../shared/contract/cloud-file.ts";
import { CloudError } from "./errors.ts";

const pathIn = (folder: string): string => join(folder, "cloud.json");

/** For its owner alone: it holds keys. */
export function writeCloudFile(folder: string, cloud: CloudFile): void {
  writeFileSync(pathIn(folder), `${JSON.stringify(cloud, null, 2)}\n`, { mode: 0o600 });
}

export function removeCloudFile(folder: string): void {
  rmSync(pathIn(folder), { force: true });
}

/** @throws CloudError when the cloud that the folder's file tells of still answers. */
export async function refuseSecondCloud(folder: string): Promise<void> {
  const left = readCloudFile(folder);
  if (left === null) return;
  const answer = await fetch(`${left.apiUrl}/healthz`, { signal: AbortSignal.timeout(5_000) }).catch(
    () => null,
  );
  if (answer !== null)
    throw new CloudError(
      `already running in this folder (${left.apiUrl}); press Ctrl-C in its terminal first`,
    );
}

/** @returns null when there is none, or one that another version wrote. */
function readCloudFile(folder: string): CloudFile | null {
  try {
    return cloudFileSchema.parse(JSON.parse(readFileSync(pathIn(folder), "utf8")));
  } catch {
    return null;
  }
}
