import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["tests/unit/**/*.test.ts", "tests/simulation/**/*.test.ts"],
          // All files run in one process, which loads each module once. A process per file takes three times as long.
          isolate: false,
          // Far more than they take: other suites have the processors too.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "contract",
          include: ["tests/contract/**/*.test.ts"],
          globalSetup: ["tests/contract/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      // One cloud for all files, and some count its machines: one at a time.
      endToEnd("e2e", "tests/e2e"),
      endToEnd("e2e-next-day", "tests/e2e/next-day"),
    ],
  },
});

function endToEnd(name: string, folder: string): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: [`${folder}/*.test.ts`],
      globalSetup: [`${folder}/global-setup.ts`],
      fileParallelism: false,
      // Far more than any test takes where nothing else runs: they wait for states, not for times.
      testTimeout: 900_000,
      hookTimeout: 300_000,
    },
  };
}
