import { expect, test, vi } from "vitest";
import { countRun, readPytest, readVitest, slowest } from "../../../local/test-reports.mjs";

const vitestReport = JSON.stringify({
  numPassedTests: 2,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [
    { assertionResults: [{ fullName: "counts an intent", duration: 1500 }, { fullName: "is skipped" }] },
  ],
});
const junitReport = `<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="4.2">
<testcase classname="tests.engine.test_serve" name="test_a_broken_pipe[ours]" time="2.500" /></testsuite></testsuites>`;

test("vitest's report gives its counts and how long each test took", () => {
  expect(readVitest(vitestReport)).toEqual({
    counts: { passed: 2, failed: 0, skipped: 2 },
    tests: [
      { name: "counts an intent", seconds: 1.5 },
      { name: "is skipped", seconds: 0 },
    ],
    failures: [],
  });
});

test("a failed test is named with its file and what was wrong, and so is a file that could not be loaded", () => {
  const failed = JSON.stringify({
    testResults: [
      {
        name: "tests/a.test.ts",
        message: "",
        assertionResults: [{ fullName: "adds", status: "failed", failureMessages: ["2 is not 3"] }],
      },
      { name: "tests/b.test.ts", message: "no such module", assertionResults: [] },
    ],
  });
  expect(readVitest(failed).failures).toEqual([
    { name: "tests/a.test.ts > adds", message: "2 is not 3" },
    { name: "tests/b.test.ts", message: "no such module" },
  ]);
});

test("pytest's failures are named with the first words of what was wrong", () => {
  const failed = `<testsuite name="pytest" errors="0" failures="1" skipped="0" tests="2" time="1">
<testcase classname="a" name="test_ok" time="0.1" /><testcase classname="a" name="test_bad" time="0.2">
<failure message="assert 1 &lt; 1&#10;and &quot;so on&quot;">def test_bad(): …</failure></testcase></testsuite>`;
  expect(readPytest(failed).failures).toEqual([{ name: "test_bad", message: 'assert 1 < 1\nand "so on"' }]);
});

test("an error of pytest's is a failure, and what is left has passed", () => {
  expect(readPytest(junitReport)).toEqual({
    counts: { passed: 4, failed: 3, skipped: 3 },
    tests: [{ name: "test_a_broken_pipe[ours]", seconds: 2.5 }],
    failures: [],
  });
});

test("a runner that ended badly without naming a test has failed once", () => {
  expect(countRun(1, () => readVitest(vitestReport)).counts).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

test("what fails outside of all tests is named, and a runner that says nothing of its failure is named so", () => {
  const errors = JSON.stringify([
    { message: "aborted", stack: "Error: aborted\n    at a.ts" },
    { message: "gone" },
  ]);
  expect(countRun(1, () => readVitest(vitestReport, errors)).failures).toEqual([
    { name: "outside of all tests", message: "Error: aborted\n    at a.ts" },
    { name: "outside of all tests", message: "gone" },
  ]);
  expect(countRun(1, () => readVitest(vitestReport)).failures).toEqual([
    { name: "no test", message: "it ended with 1, and named nothing that failed" },
  ]);
});

test("a runner that left no report has failed once", () => {
  const error = vi.spyOn(console, "error").mockReturnValue(undefined);
  const unread = countRun(0, () => readVitest(""));
  expect(unread).toEqual({ counts: { passed: 0, failed: 1, skipped: 0 }, tests: [], failures: [] });
  error.mockRestore();
});

test("the slowest tests of all runners come first", () => {
  const runs = [readVitest(vitestReport), readPytest(junitReport)];
  expect(slowest(runs, 2)).toEqual([
    { name: "test_a_broken_pipe[ours]", seconds: 2.5 },
    { name: "counts an intent", seconds: 1.5 },
  ]);
});
