import { expect } from "vitest";

/** Looks until what is expected holds. Processes start when the machine finds the time. */
export const eventually = <T>(look: () => T): ReturnType<typeof expect.poll<T>> => expect.poll(look);
