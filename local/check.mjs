// `npm run check`: everything that is checked without running the product. All checks run, beside one another, then
// it says which failed.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { root, runQuietly, setUp } from "./setup/launch.mjs";

await setUp("checks");
/** @type {[name: string, command: string, args: string[]][]} */
const checks = [
  ["types", "tsc", []],
  ["types of the dashboard", "tsc", ["-p", "web"]],
  ["size of the dashboard", "node", ["web/build/check-size.ts"]],
  ["lint", "eslint", [".", "--max-warnings", "0"]],
  ["format", "prettier", ["--check", "--log-level", "warn", "."]],
  ["import directions", "npm", ["run", "--silent", "imports"]],
  ["python lint", "ruff", ["check", "."]],
  ["python format", "ruff", ["format", "--check", "."]],
  ["shell scripts", join(".local", "checkers", "bin", "shellcheck"), shellScripts()],
  ["packaged template and bundles", "node", ["serverless/check-package.ts"]],
];
/** @type {string[]} */
const failed = [];
await Promise.all(
  checks.map(async ([name, command, args]) => {
    const began = performance.now();
    const path = join(root, ".local", "checks", `${name}.txt`);
    const { exitCode, output } = await runQuietly(command, args, path);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${exitCode === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
    if (exitCode === 0) return;
    console.log(output);
    failed.push(name);
  }),
);
if (failed.length > 0) console.error(`failed: ${failed.join(", ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Those that git knows and whose first line names a shell. */
function shellScripts() {
  const { stdout } = spawnSync("git", ["ls-files"], { cwd: root, encoding: "utf8" });
  return stdout.split("\n").filter((path) => path !== "" && isShellScript(join(root, path)));
}

/** @param {string} path */
function isShellScript(path) {
  if (!existsSync(path) || statSync(path).size > 200_000) return false;
  return /^#!.*\b(ba)?sh\b/.test(readFileSync(path, "latin1"));
}
