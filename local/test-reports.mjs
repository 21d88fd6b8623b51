// What the test runners' report files say.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ name: string, seconds: number }} Timed */
/** @typedef {{ counts: Counts, tests: Timed[] }} Run */

/**
 * A runner that ended badly without naming a failed test (it crashed, a file did not load) has failed once.
 * @param {number} exitCode @param {() => Run} read @returns {Run}
 */
export function countRun(exitCode, read) {
  try {
    const { counts, tests } = read();
    const isUnnamed = exitCode !== 0 && counts.failed === 0;
    return { counts: isUnnamed ? { ...counts, failed: 1 } : counts, tests };
  } catch (error) {
    console.error(`no test report: ${String(error)}`);
    return { counts: { passed: 0, failed: 1, skipped: 0 }, tests: [] };
  }
}

/** @param {string} json of vitest's JSON reporter @returns {Run} */
export function readVitest(json) {
  const report = JSON.parse(json);
  /** @type {{ assertionResults: { fullName: string, duration?: number | null }[] }[]} */
  const files = report.testResults;
  return {
    counts: {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    },
    tests: files.flatMap(({ assertionResults }) =>
      assertionResults.map(({ fullName, duration }) => ({ name: fullName, seconds: (duration ?? 0) / 1000 })),
    ),
  };
}

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
  };
}

/** @param {readonly Run[]} runs @param {number} most @returns {Timed[]} */
export const slowest = (runs, most) =>
  runs
    .flatMap(({ tests }) => tests)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, most);
