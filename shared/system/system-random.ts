/** This machine's randomness. */
import { getRandomValues } from "node:crypto";
import { ulid } from "ulid";
import type { Random } from "../ports.ts";

export const systemRandom: Random = {
  next: () => {
    const [bits] = getRandomValues(new BigUint64Array(1));
    // The 53 highest bits: as many as a double holds without rounding up to 1.
    return Number((bits ?? 0n) >> 11n) / 2 ** 53;
  },
  ulid: (timeMs) => ulid(timeMs),
};
