/** A person's clone of the project, as it stands here, with all that is installed here. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

export function cloneInto(folder: string, root: string): void {
  const git = (at: string, ...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
      cwd: at,
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
  const files = git(root, "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate");
  for (const path of files.split("\n").filter((name) => name !== "" && existsSync(join(root, name))))
    cpSync(join(root, path), join(folder, path), { recursive: true });
  // A folder of its own: an install in the clone would change nothing here.
  const packages = join(folder, "node_modules");
  mkdirSync(packages);
  for (const name of readdirSync(join(root, "node_modules")))
    symlinkSync(join(root, "node_modules", name), join(packages, name));
  git(folder, "init", "--quiet");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "the project");
}
