import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

/**
 * Far more than they take: other suites have the processors too. They wait for states, not for times. The 5 s, 10 s and
 * 1 s that Vitest gives a test, its set-up and what it polls for are those of a quiet machine.
 */
const patience = {
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 240_000, interval: 50 } },
};

export default defineConfig({
  test: {
    // Node itself loads our modules, as everywhere else. Vite took 7 s of a processor to prepare those of one cloud.
    experimental: { viteModuleRunner: false },
    projects: [
      {
        test: {
          name: "unit",
          include: ["tests/unit/**/*.test.ts", "tests/simulation/**/*.test.ts"],
          // All files run in one process, which loads each module once. A process per file takes three times as long.
          isolate: false,
          ...patience,
        },
      },
      {
        test: {
          name: "contract",
          include: ["tests/contract/**/*.test.ts"],
          globalSetup: ["tests/contract/global-setup.ts"],
          ...patience,
        },
      },
      {
        test: {
          name: "dashboard",
          include: ["tests/dashboard/*.test.ts"],
          // Each file has a browser of its own, and all share one process, which loads each module once.
          fileParallelism: false,
          isolate: false,
          ...patience,
        },
      },
      // What the stage is to its users and its account: batches, uploads, webhooks, money, rights.
      endToEnd("e2e-service", "tests/e2e/service", "tests/e2e/global-setup.ts"),
      // What happens to its machines: interrupted, stopped, too dear, refused by EC2, in want of messages.
      endToEnd("e2e-fleet", "tests/e2e/fleet", "tests/e2e/global-setup.ts"),
      // A day whose money ends: a clock and a fleet of its own.
      endToEnd("e2e-next-day", "tests/e2e/next-day", "tests/e2e/next-day/global-setup.ts"),
      // A stage with two machine types.
      endToEnd("e2e-types", "tests/e2e/types", "tests/e2e/types/global-setup.ts"),
      // A person's commands, from an account that holds nothing to one that holds nothing again.
      endToEnd("e2e-account", "tests/e2e/account", "tests/e2e/account/global-setup.ts"),
    ],
  },
});

/** A cloud of its own for all files of the folder. Some count its machines: one file at a time. */
function endToEnd(name: string, folder: string, globalSetup: string): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: [`${folder}/*.test.ts`],
      globalSetup: [globalSetup],
      setupFiles: ["tests/e2e/no-call-denied.ts"],
      fileParallelism: false,
      ...patience,
      // Some take minutes where nothing else runs.
      testTimeout: 900_000,
    },
  };
}
