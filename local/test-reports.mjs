// What the test runners' report files say.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ name: string, seconds: number }} Timed */
/** @typedef {{ name: string, message: string }} Failure */
/** @typedef {{ counts: Counts, tests: Timed[], failures: Failure[] }} Run */

/**
 * A runner that ended badly without naming a failed test (it crashed, a file did not load) has failed once.
 * @param {number} exitCode @param {() => Run} read @returns {Run}
 */
export function countRun(exitCode, read) {
  try {
    const run = read();
    if (exitCode === 0 || run.counts.failed > 0) return run;
    const unnamed = [
      { name: "no test", message: `it ended with ${exitCode}, and named nothing that failed` },
    ];
    const failures = run.failures.length === 0 ? unnamed : run.failures;
    return { ...run, counts: { ...run.counts, failed: 1 }, failures };
  } catch (error) {
    console.error(`no test report: ${String(error)}`);
    return { counts: { passed: 0, failed: 1, skipped: 0 }, tests: [], failures: [] };
  }
}

/** @param {string} report the path of vitest's JSON report @returns where the errors outside of its tests are */
export const errorsBeside = (report) => report.replace(/\.json$/, ".errors.json");

/** @param {string} json of vitest's JSON reporter @param {string} errors of errors-outside-tests.mjs @returns {Run} */
export function readVitest(json, errors = "[]") {
  const report = JSON.parse(json);
  /** @type {VitestFile[]} */
  const files = report.testResults;
  /** @type {{ message: string, stack?: string }[]} */
  const outside = JSON.parse(errors);
  return {
    counts: {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    },
    tests: files.flatMap(({ assertionResults }) =>
      assertionResults.map(({ fullName, duration }) => ({ name: fullName, seconds: (duration ?? 0) / 1000 })),
    ),
    failures: [...files.flatMap(failuresIn), ...outside.map(outsideFailure)],
  };
}

/** @param {VitestFile} file @returns {Failure[]} */
const failuresIn = ({ name, message, assertionResults }) => [
  // A file that could not be loaded, or set up, has a message of its own.
  ...(message ? [{ name, message }] : []),
  ...assertionResults
    .filter(({ status }) => status === "failed")
    .map(({ fullName, failureMessages }) => ({
      name: `${name} > ${fullName}`,
      message: (failureMessages ?? []).join("\n"),
    })),
];

/** @param {{ message: string, stack?: string }} error @returns {Failure} */
const outsideFailure = ({ message, stack }) => ({ name: "outside of all tests", message: stack ?? message });

/** @typedef {{ name: string, message?: string, assertionResults: VitestResult[] }} VitestFile */

/** @typedef {{ fullName: string, status?: string, duration?: number | null, failureMessages?: string[] }} VitestResult */

/** @param {string} xml a JUnit file @returns {Run} */
export function readPytest(xml) {
  const suite = /<testsuite [^>]*>/.exec(xml)?.[0] ?? "";
  /** @param {string} tag @param {string} name */
  const attribute = (tag, name) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
  /** @param {string} name */
  const count = (name) => Number(attribute(suite, name));
  const [failed, skipped] = [count("failures") + count("errors"), count("skipped")];
  const cases = xml.match(/<testcase [^>]*>/g) ?? [];
  return {
    counts: { passed: count("tests") - failed - skipped, failed, skipped },
    tests: cases.map((tag) => ({ name: attribute(tag, "name"), seconds: Number(attribute(tag, "time")) })),
    failures: [...xml.matchAll(/(<testcase [^>]*>)\s*(<(?:failure|error) [^>]*>)/g)].map(
      ([, tag = "", fault = ""]) => ({
        name: attribute(tag, "name"),
        message: plainText(attribute(fault, "message")),
      }),
    ),
  };
}

/** @param {string} xml an attribute as pytest writes it */
function plainText(xml) {
  return xml
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

/** @param {readonly Run[]} runs @param {number} most @returns {Timed[]} */
export const slowest = (runs, most) =>
  runs
    .flatMap(({ tests }) => tests)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, most);
