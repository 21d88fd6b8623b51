// `npm run check`: everything that is checked without running the product. All checks run, beside one another, then
// it says which failed.
import { join } from "node:path";
import { root, runQuietly, setUp } from "./setup/launch.mjs";

await setUp("checks");
/** @type {[name: string, command: string, args: string[]][]} */
const checks = [
  ["types", "tsc", []],
  ["lint", "eslint", [".", "--max-warnings", "0"]],
  ["format", "prettier", ["--check", "--log-level", "warn", "."]],
  ["import directions", "npm", ["run", "--silent", "imports"]],
  ["python lint", "ruff", ["check", "."]],
  ["python format", "ruff", ["format", "--check", "."]],
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
