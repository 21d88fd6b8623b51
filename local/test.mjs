// `npm test`: every test of every language; the last line sums all runners.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { countRun, errorsBeside, readPytest, readVitest, slowest } from "./test-reports.mjs";
import { root, runProgram, runQuietly, runTypeScript, setUp } from "./setup/launch.mjs";

/** @typedef {import("./test-reports.mjs").Run} Run */
/** @typedef {Run & { name: string, seconds: number, output?: string }} Suite output: what is printed once all have ended */

await setUp("development");
const reports = join(root, ".local", "test-reports");
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

// An engine's idle threads sleep. Otherwise they poll for work, and the processors are busy with that.
process.env["OMP_WAIT_POLICY"] ??= "passive";
// Hundreds of processes load the same modules: the first compiles them for all.
process.env["NODE_COMPILE_CACHE"] ??= join(reports, "compiled");
const began = performance.now();
// The end-to-end tests wait more than they work: the others use the processors meanwhile, and yield to them.
const packaged = packageNoiseStage();
const suites = await Promise.all([
  unitTests(),
  vitestTests("contract tests", "contract", ["nice", "vitest"]),
  pythonTests(),
  vitestTests("the dashboard in a browser", "dashboard"),
  packaged.then(() => vitestTests("the service, end to end", "e2e-service")),
  packaged.then(() => vitestTests("its fleet, end to end", "e2e-fleet")),
  vitestTests("the next day, end to end", "e2e-next-day"),
  vitestTests("machine types, end to end", "e2e-types"),
  vitestTests("from an empty account and back, end to end", "e2e-account"),
]);
for (const { output } of suites) if (output !== undefined) console.log(`\n${output}`);

console.log("\nThe ten slowest tests:");
for (const { name, seconds } of slowest(suites, 10))
  console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
// After all that the suites print: the end of a long output is what is read, and what is kept.
for (const { name: suiteName, failures } of suites)
  for (const { name, message } of failures)
    console.log(`\nFAILED in ${suiteName}: ${name}\n${message.split("\n").slice(0, 25).join("\n")}`);
console.log();
for (const { name, counts, seconds } of suites)
  console.log(`${name}: ${inWords(counts)}, ${seconds.toFixed(0)} s`);
console.log(`all suites, in parallel: ${secondsSince(began).toFixed(0)} s`);
const total = { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
console.log(inWords(total));
process.exitCode = total.failed > 0 ? 1 : 0;

/** Their output is shown as it comes, that of the other suites at the end. @returns {Promise<Suite>} */
async function unitTests() {
  const { report, args } = vitest("unit");
  const start = performance.now();
  const exitCode = await runProgram("nice", ["vitest", ...args]);
  return suite("unit tests", start, exitCode, () => readRun(report));
}

/** @param {string} name @param {string} project @param {string[]} command @returns {Promise<Suite>} */
async function vitestTests(name, project, [program = "", ...before] = ["vitest"]) {
  const { report, args } = vitest(project);
  const start = performance.now();
  const log = join(reports, `${project}.txt`);
  const { exitCode, output } = await runQuietly(program, [...before, ...args], log);
  const run = suite(name, start, exitCode, () => readRun(report));
  return { ...run, output };
}

/** @param {string} report */
function readRun(report) {
  return readVitest(readFileSync(report, "utf8"), readFileSync(errorsBeside(report), "utf8"));
}

/** Once for all clouds of that stage: it takes as long as some of their tests. */
async function packageNoiseStage() {
  const folder = join(root, ".local", "noise-stage");
  const exitCode = await runTypeScript("tests/e2e/package-noise.ts", [folder]);
  // Otherwise each cloud packages for itself, and tells what is wrong.
  if (exitCode === 0) process.env["MGB_PACKAGED_NOISE"] = join(folder, "packaged");
}

/** @returns {Promise<Suite>} */
async function pythonTests() {
  const report = join(reports, "pytest.xml");
  const start = performance.now();
  const args = ["-m", "pytest", "-q", "--numprocesses=auto", "--dist=worksteal", `--junitxml=${report}`];
  const { exitCode, output } = await runQuietly("nice", ["python", ...args], join(reports, "pytest.txt"));
  const run = suite("Python tests", start, exitCode, () => readPytest(readFileSync(report, "utf8")));
  return { ...run, output };
}

/** @param {string} project */
function vitest(project) {
  const report = join(reports, `${project}.json`);
  const outside = "--reporter=./local/errors-outside-tests.mjs";
  const reporters = ["--reporter=default", "--reporter=json", outside, `--outputFile.json=${report}`];
  return { report, args: ["run", `--project=${project}`, ...reporters] };
}

/** @param {string} name @param {number} start @param {number} exitCode @param {() => Run} read @returns {Suite} */
function suite(name, start, exitCode, read) {
  return { name, seconds: secondsSince(start), ...countRun(exitCode, read) };
}

/** @param {number} start */
function secondsSince(start) {
  return (performance.now() - start) / 1000;
}

/** @param {import("./test-reports.mjs").Counts} counts */
function inWords({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** @param {keyof import("./test-reports.mjs").Counts} key */
function sum(key) {
  return suites.reduce((total, { counts }) => total + counts[key], 0);
}
