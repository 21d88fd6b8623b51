/** One emulator for all contract suites: each suite makes its own bucket, queues and tags on it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmulator } from "../../local/cloud/emulator/emulator.ts";
import { freePort } from "../../local/cloud/free-port.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the emulator answers. */
    readonly emulatorUrl: string;
  }
}

const root = join(import.meta.dirname, "..", "..");
const startTries = 5;

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "mgb-contract-"));
  const signal = new AbortController().signal;
  for (let attempt = 0; attempt < startTries; attempt += 1) {
    // No suite lets a function of the emulator call EC2, so its address leads nowhere.
    const options = { root, folder, ec2Url: "http://127.0.0.1:9", signal };
    const emulator = await startEmulator(await freePort(), options);
    if (emulator === null) continue;
    project.provide("emulatorUrl", emulator.url);
    return async () => {
      await emulator.stop();
      rmSync(folder, { recursive: true, force: true });
    };
  }
  throw new Error("the emulator did not start: another process took its port five times");
}
