/** A copy of a stage's bucket in a folder, as `aws s3 sync` makes it. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Clock, ObjectStore } from "../shared/ports.ts";
import { MemoryStore } from "../simulation/memory/memory-store.ts";

/** Audio and prompts are not read: of a batch, what says when, how many and how it ended. */
const wanted =
  /^(?:index\/.+|fleet\/(?:decisions|ledger)\/.+\.json|batches\/[^/]+\/(?:batch\.json|progress\.json|(?:manifest|results)\/.+))$/;

/** @throws RangeError when the folder is no copy of a bucket */
export async function folderStore(folder: string, clock: Clock): Promise<ObjectStore> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new RangeError(`${folder} is no folder; copy the stage's bucket into one with aws s3 sync`);
  const store = new MemoryStore({ clock });
  let files = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const key = relative(folder, path).split(sep).join("/");
    if (!entry.isFile() || !wanted.test(key)) continue;
    await store.put(key, readFileSync(path, "utf8"));
    files += 1;
  }
  if (files === 0) throw new RangeError(`${folder} has no records of a stage: index/, fleet/ and batches/`);
  return store;
}
