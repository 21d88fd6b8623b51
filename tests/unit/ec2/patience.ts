import { expect, vi } from "vitest";

// Processes start when the machine finds the time: what is waited for may take long, and no test asserts how long.
vi.setConfig({ testTimeout: 120_000 });

/** Looks until what is expected holds. */
export const eventually = <T>(look: () => T): ReturnType<typeof expect.poll<T>> =>
  expect.poll(look, { timeout: 100_000, interval: 20 });
