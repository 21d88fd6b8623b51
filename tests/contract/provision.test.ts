/** The image's scripts, run to their end in a root that is thrown away (throwaway_root.sh says what stands in). */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { packWorker, type WorkerPackage } from "../../ami/package.ts";
import { stageTemplate } from "../../serverless/stage.ts";
import { parseStageConfig } from "../../shared/config.ts";
import { resolve } from "../unit/serverless/resolve.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..", "..");
/** Another root needs the right to mount one. */
const mayMount = process.platform === "linux" && process.getuid?.() === 0;

/** As the launch template has it. */
function userDataFor({ version, sha256 }: WorkerPackage): string {
  const path = "config/example.json";
  const config = parseStageConfig(readFileSync(join(root, path), "utf8"), path);
  const bootstrap = { source: "s3", version, sha256 } as const;
  const { WorkerTemplate } = stageTemplate("prod", { ...config, bootstrap }).resources.Resources;
  const data = WorkerTemplate?.Properties?.["LaunchTemplateData"] as { UserData: { "Fn::Base64": unknown } };
  return resolve(data.UserData["Fn::Base64"]);
}

test.skipIf(!mayMount)(
  "a machine of another image makes a worker of itself, with units and a model with its digests, and makes a clip (needs root on Linux)",
  { timeout: 900_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "mgb-provision-"));
    const worker = await packWorker(root, folder);
    const bootstrap = join(folder, "bootstrap");
    writeFileSync(bootstrap, userDataFor(worker));
    const { stdout } = await run("unshare", [
      "--mount",
      join(root, "tests", "contract", "throwaway_root.sh"),
      bootstrap,
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
