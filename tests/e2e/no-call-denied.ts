/** Set up for every file on a cloud: no role has asked for what its policy does not allow. */
import { afterAll, expect } from "vitest";
import { calls } from "./call-record.ts";

afterAll(() => {
  expect(calls().filter(({ allowed }) => !allowed)).toEqual([]);
});
