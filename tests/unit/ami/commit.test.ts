import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commitFault, workerChangedSince } from "../../../ami/commit.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mgb-repository-"));
  git("init", "-q");
  commitOf("package-lock.json", "{}");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-C", folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
function commitOf(file: string, text: string): string {
  writeFileSync(join(folder, file), text);
  git("add", "-A");
  git("commit", "-q", "-m", file);
  return git("rev-parse", "HEAD");
}

test("a commit that a machine can fetch is no fault, and one that was not pushed is", async () => {
  const repository = `file://${folder}`;
  expect(await commitFault({ repository, commit: git("rev-parse", "HEAD") })).toBeNull();
  const commit = "c0".repeat(20);
  expect(await commitFault({ repository, commit })).toContain(
    `a machine cannot fetch ${commit} from ${repository}`,
  );
  expect(await commitFault({ repository: `${repository}-not`, commit })).toContain(
    "push the commit, and let everybody read the repository",
  );
});

test("a worker is another one when what it is made of has changed since, committed or not", async () => {
  const first = git("rev-parse", "HEAD");
  commitOf("README.md", "of no interest");
  expect(await workerChangedSince(folder, first)).toBe(false);
  writeFileSync(join(folder, "package-lock.json"), "{ }");
  expect(await workerChangedSince(folder, first)).toBe(true);
  await expect(workerChangedSince(folder, "c0".repeat(20))).rejects.toThrow();
});
