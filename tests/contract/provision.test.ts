/** The image's scripts, run to their end in a root that is thrown away (throwaway_root.sh says what stands in). */
import { execFile } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { packWorker } from "../../ami/package.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..", "..");
/** Another root needs the right to mount one. */
const mayMount = process.platform === "linux" && process.getuid?.() === 0;

test.skipIf(!mayMount)(
  "a machine that is provisioned twice has the worker, its units and a model with its digests, and makes a clip (needs root on Linux)",
  { timeout: 900_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "mgb-provision-"));
    const worker = await packWorker(root, folder);
    expect(worker.path).toBe(join(folder, `worker-${worker.version}.tar.gz`));
    const { stdout } = await run("unshare", [
      "--mount",
      join(root, "tests", "contract", "throwaway_root.sh"),
      worker.path,
      realpathSync(join(root, ".venv")),
      join(root, ".local", "models", "tiny-random"),
    ]);
    rmSync(folder, { recursive: true });
    expect(JSON.parse(stdout)).toMatchObject({
      passed: true,
      faults: [],
      gpu: "stand-in: none",
      clip: { audio_seconds: 10 },
    });
  },
);
