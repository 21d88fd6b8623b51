// `npm run check`: everything that is checked without running the product. All checks run, then it says
// which failed.
import { runProgram, setUp } from "./setup/launch.mjs";

await setUp({ development: true });
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
const failed = [];
for (const [name, command, args] of checks) {
  const began = performance.now();
  const exitCode = await runProgram(command, args);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${exitCode === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (exitCode !== 0) failed.push(name);
}
if (failed.length > 0) console.error(`failed: ${failed.join(", ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;
