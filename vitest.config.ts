import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: { name: "unit", include: ["tests/unit/**/*.test.ts", "tests/simulation/**/*.test.ts"] },
      },
      {
        test: {
          name: "contract",
          include: ["tests/contract/**/*.test.ts"],
          globalSetup: ["tests/contract/global-setup.ts"],
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Each file brings up a cloud of its own: one at a time, on two cores.
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          globalSetup: ["tests/e2e/global-setup.ts"],
          fileParallelism: false,
          // Far more than any test takes where nothing else runs: they wait for states, not for times.
          testTimeout: 900_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
