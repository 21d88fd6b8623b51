/** The package as a user has it: packed, installed without a network, and run by the machine's own Node. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { batchViewSchema } from "../../shared/contract/api/api.ts";
import { startMemoryApi } from "../memory-api/memory-api.ts";
import { clipOf, makeClips } from "../memory-api/played-worker.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "mgb-package-"));
const empty = join(folder, "empty");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const archive = join(folder, `musicgen-batch-${version}.tgz`);

/** Without the project's own programs, its Node 24 among them. */
const path = (process.env["PATH"] ?? "")
  .split(delimiter)
  .filter((part) => !part.startsWith(root))
  .join(delimiter);
const environment = { HOME: folder, PATH: path, npm_config_offline: "true" };
const run = (command: string, args: readonly string[], cwd = empty): string =>
  execFileSync(command, args, { cwd, env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

beforeAll(() => {
  mkdirSync(empty);
  // What npm pack runs first, but for the set-up.
  execFileSync(process.execPath, [join(root, "client", "build", "bundle.ts")]);
  run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], root);
}, 300_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("it holds what runs and what describes it, no source and no dependency but the client's", () => {
  const files = run("tar", ["-tzf", archive]).trim().split("\n");
  const own = files
    .map((file) => file.replace(/^package\//, ""))
    .filter((file) => !/^node_modules/.test(file));
  expect(own.filter((file) => !file.startsWith("dist/")).sort()).toEqual([
    "LICENSE",
    "README.md",
    "package.json",
  ]);
  expect(own).toContain("dist/mgb.mjs");
  const dependencies = files.map((file) => /node_modules\/([^/]+)/.exec(file)?.[1]).filter(Boolean);
  expect([...new Set(dependencies)].sort()).toEqual(["openapi-fetch", "openapi-typescript-helpers"]);
});

test("npm install -g gives mgb, which runs in an empty folder", () => {
  const prefix = join(folder, "global");
  run("npm", ["install", "--global", "--prefix", prefix, archive]);
  const mgb = join(prefix, "bin", "mgb");
  expect(run(mgb, ["--version"])).toBe(`${version}\n`);
  expect(run(mgb, ["--help"])).toContain("submit");
  const refused = spawnSync(mgb, ["ls"], { cwd: empty, env: environment, encoding: "utf8" });
  expect([refused.status, refused.stderr]).toEqual([4, expect.stringContaining("no API is configured")]);
  const alone = spawnSync(mgb, ["doctor"], { cwd: empty, env: environment, encoding: "utf8" });
  expect([alone.status, alone.stderr]).toEqual([2, expect.stringContaining("mgb doctor needs a clone")]);
});

test("npx runs mgb without an installation", () => {
  expect(run("npx", ["--yes", "--package", archive, "mgb", "--version"])).toBe(`${version}\n`);
});

test("the example of a backend submits a batch, waits for its end and saves its clips", async () => {
  const project = join(folder, "backend");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{"private": true}');
  run("npm", ["install", archive], project);
  copyFileSync(join(root, "examples", "backend.mjs"), join(project, "backend.mjs"));
  const api = await startMemoryApi(async (world, _key, { statusCode, body }) => {
    if (statusCode === 202) await makeClips(world, batchViewSchema.parse(JSON.parse(body ?? "")).id);
  });
  const keys = { MGB_API_URL: api.url, MGB_API_KEY: await api.key("ada", ["read", "submit"]) };
  const outputs = [await exampleIn(project, keys), await exampleIn(project, keys)];
  await api.stop();
  expect(outputs).toEqual(["succeeded, 0.00 USD\n", "succeeded, 0.00 USD\n"]);
  const clips = ["track-0.wav", "track-1.wav"].map((name) =>
    readFileSync(join(project, "clips", name), "utf8"),
  );
  expect(clips).toEqual([clipOf(0), clipOf(1)]);
  // The second run repeated the first.
  expect((await api.world.store.list("index/")).objects).toHaveLength(1);
});

/** @returns what it says */
function exampleIn(project: string, keys: Record<string, string>): Promise<string> {
  const child = spawn("node", ["backend.mjs"], { cwd: project, env: { ...environment, ...keys } });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve) => {
    child.on("close", () => {
      resolve(output);
    });
  });
}
