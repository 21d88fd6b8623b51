/** A commit that machines make their worker of. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Commit {
  readonly repository: string;
  readonly commit: string;
}

/** A person waits. */
const limitMs = 120_000;

/** Why a machine could not fetch it, which has nobody's key or password; null: it can. */
export async function commitFault({ repository, commit }: Commit): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), "mgb-commit-"));
  const git = (...args: readonly string[]) =>
    run("git", ["-C", folder, "-c", "credential.helper=", ...args], {
      timeout: limitMs,
      env: { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: "" },
    });
  try {
    await git("init", "-q");
    await git("fetch", "-q", "--depth", "1", repository, commit);
    return null;
  } catch (error) {
    const { stderr = "" } = error as { readonly stderr?: string };
    const [told = ""] = stderr.trim().split("\n");
    return `bootstrap: a machine cannot fetch ${commit} from ${repository} (${told || (error as Error).message}): push the commit, and let everybody read the repository`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a worker's package is made of. */
const sources = ["ami", "shared", "worker", "requirements", "package-lock.json"];

/** @throws Error when the checkout does not have the commit */
export async function workerChangedSince(root: string, commit: string): Promise<boolean> {
  const changed = await run("git", ["-C", root, "diff", "--name-only", commit, "--", ...sources]);
  return changed.stdout.trim() !== "";
}
