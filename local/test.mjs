// `npm test`: every test of every language; the last line sums all runners.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, runProgram, runQuietly, setUp } from "./setup/launch.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ name: string, counts: Counts, output?: string }} Suite output: if it is still to be told */

await setUp({ development: true });
const reports = join(root, ".local", "test-reports");
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

// The end-to-end tests wait more than they work: the others use the processors meanwhile.
const endToEnd = endToEndTests();
const suites = [await unitAndContractTests(), await pythonTests(), await endToEnd];
/** @param {keyof Counts} key */
const sum = (key) => suites.reduce((total, { counts }) => total + counts[key], 0);
for (const { output } of suites) if (output !== undefined) console.log(`\n${output}`);
console.log();
for (const { name, counts } of suites)
  console.log(`${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
console.log(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
process.exitCode = sum("failed") > 0 ? 1 : 0;

/** @returns {Promise<Suite>} */
async function unitAndContractTests() {
  const { report, args } = vitest(["unit", "contract"]);
  const exitCode = await runProgram("vitest", args);
  return { name: "unit and contract tests", counts: countRun(exitCode, () => readVitest(report)) };
}

/** Told when they have ended, since the others tell meanwhile. @returns {Promise<Suite>} */
async function endToEndTests() {
  const { report, args } = vitest(["e2e"]);
  const { exitCode, output } = await runQuietly("vitest", args, join(reports, "e2e.txt"));
  return { name: "end-to-end tests", counts: countRun(exitCode, () => readVitest(report)), output };
}

/** @param {string[]} projects */
function vitest(projects) {
  const report = join(reports, `${projects.join("-")}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  return { report, args: ["run", ...projects.map((project) => `--project=${project}`), ...reporters] };
}

/** @returns {Promise<Suite>} */
async function pythonTests() {
  const report = join(reports, "pytest.xml");
  const exitCode = await runProgram("python", ["-m", "pytest", "-q", `--junitxml=${report}`]);
  return { name: "Python tests", counts: countRun(exitCode, () => readPytest(report)) };
}

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
