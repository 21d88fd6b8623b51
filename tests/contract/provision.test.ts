/** The image's scripts, run to their end in a root that is thrown away (throwaway_root.sh says what stands in). */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { packWorker } from "../../ami/package.ts";
import { stageTemplate } from "../../serverless/stage.ts";
import { parseStageConfig, type StageConfig } from "../../shared/config.ts";
import { resolve } from "../unit/serverless/resolve.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..", "..");
/** Another root needs the right to mount one. */
const mayMount = process.platform === "linux" && process.getuid?.() === 0;

/** As the launch template has it. */
function userDataFor(bootstrap: StageConfig["bootstrap"]): string {
  const path = "config/example.json";
  const config = parseStageConfig(readFileSync(join(root, path), "utf8"), path);
  const { WorkerTemplate } = stageTemplate("prod", { ...config, bootstrap }).resources.Resources;
  const data = WorkerTemplate?.Properties?.["LaunchTemplateData"] as { UserData: { "Fn::Base64": unknown } };
  return resolve(data.UserData["Fn::Base64"]);
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mgb-provision-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** @param source a worker's package, or a bare repository @returns what the throwaway root prints */
async function boot(
  bootstrap: StageConfig["bootstrap"],
  source: string,
  ...model: readonly string[]
): Promise<string> {
  const script = join(folder, "bootstrap");
  writeFileSync(script, userDataFor(bootstrap));
  const throwaway = join(root, "tests", "contract", "throwaway_root.sh");
  const venv = realpathSync(join(root, ".venv"));
  return (await run("unshare", ["--mount", throwaway, script, source, venv, ...model])).stdout;
}
const model = join(root, ".local", "models", "tiny-random");

/** The address is a stand-in's: the throwaway root takes the local repository in its place. */
const gitSource = (commit: string) =>
  ({ source: "git", repository: "https://git.example.org/ada/musicgen-batch.git", commit }) as const;

/** The files that git knows, as they are here, committed to a repository of their own. */
async function repositoryOfThese(): Promise<{ readonly path: string; readonly commit: string }> {
  const path = join(folder, "repository.git");
  await run("git", ["init", "-q", "--bare", path]);
  const author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
  const git = (...args: readonly string[]) =>
    run("git", [`--git-dir=${path}`, `--work-tree=${root}`, "-c", "core.bare=false", ...author, ...args]);
  // By name: other tests put files of their own beside them and take them away.
  const names = join(folder, "names");
  writeFileSync(names, (await run("git", ["-C", root, "ls-files", "-z"])).stdout);
  await git("add", `--pathspec-from-file=${names}`, "--pathspec-file-nul");
  await git("commit", "-q", "-m", "as it is here");
  return { path, commit: (await git("rev-parse", "HEAD")).stdout.trim() };
}

const passed = { passed: true, faults: [], gpu: "stand-in: none", clip: { audio_seconds: 10 } };

describe.skipIf(!mayMount)("a machine of another image (needs root on Linux)", { timeout: 1_800_000 }, () => {
  test("makes a worker of itself, with units and a model with its digests, and makes a clip", async () => {
    const { version, sha256, path } = await packWorker(root, folder);
    expect(JSON.parse(await boot({ source: "s3", version, sha256 }, path, model))).toMatchObject(passed);
  });

  test("makes the worker of a commit by itself, without Node, and makes a clip", async () => {
    const { path, commit } = await repositoryOfThese();
    expect(JSON.parse(await boot(gitSource(commit), path, model))).toMatchObject(passed);
  });

  test("that cannot get the commit keeps the end of its log and powers itself off", async () => {
    const { path } = await repositoryOfThese();
    const left = await boot(gitSource("c0".repeat(20)), path);
    expect(left).toContain("shutdown -P now");
    expect(left).toContain("bootstrap: FAILED in phase download");
    expect(left).not.toContain("systemctl start");
  });
});
