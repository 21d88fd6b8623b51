// `npm test`: every test of every language; the last line sums all runners.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, runProgram, setUp } from "./setup/launch.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

await setUp({ development: true });
const reports = join(root, ".local", "test-reports");
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const vitestReport = join(reports, "vitest.json");
const vitestExit = await runProgram("vitest", [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${vitestReport}`,
  ...process.argv.slice(2),
]);
const pytestReport = join(reports, "pytest.xml");
const pytestExit = await runProgram("python", ["-m", "pytest", "-q", `--junitxml=${pytestReport}`]);

const suites = [
  { name: "vitest", counts: countRun(vitestExit, () => readVitest(vitestReport)) },
  { name: "pytest", counts: countRun(pytestExit, () => readPytest(pytestReport)) },
];
/** @param {keyof Counts} key */
const sum = (key) => suites.reduce((total, { counts }) => total + counts[key], 0);
console.log();
for (const { name, counts } of suites)
  console.log(`${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
console.log(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
process.exitCode = sum("failed") > 0 ? 1 : 0;

/**
 * A runner that ended badly without naming a failed test (it crashed, a file did not load) has failed once.
 * @param {number} exitCode @param {() => Counts} read @returns {Counts}
 */
function countRun(exitCode, read) {
  let counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    counts = read();
  } catch (error) {
    console.error(`no test report: ${String(error)}`);
    return { ...counts, failed: 1 };
  }
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** @param {string} path @returns {Counts} */
function readVitest(path) {
  const report = JSON.parse(readFileSync(path, "utf8"));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @param {string} path a JUnit file @returns {Counts} */
function readPytest(path) {
  const suite = /<testsuite [^>]*>/.exec(readFileSync(path, "utf8"))?.[0] ?? "";
  /** @param {string} name */
  const attribute = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const [failed, skipped] = [attribute("failures") + attribute("errors"), attribute("skipped")];
  return { passed: attribute("tests") - failed - skipped, failed, skipped };
}
