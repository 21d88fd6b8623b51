/** Visits many things within a limited time. */
import type { Clock } from "../ports.ts";
import { inParallel } from "./in-parallel.ts";

/** How many requests a function can have in progress without slowing itself down. */
const visitsAtOnce = 32;
/** The golden ratio: starting points at this distance spread evenly over the whole, however many there are. */
const stride = (Math.sqrt(5) - 1) / 2;
const minuteMs = 60_000;

/**
 * Visits many things in parallel, until a time; what is not begun by then is left out. Each minute begins at another
 * place, so that what was left out is soon among the first. Runs that reach two fifths of all reach each of them within
 * three minutes.
 * @returns how many were left out
 */
export async function walk<T>(
  clock: Clock,
  all: readonly T[],
  untilMs: number,
  visit: (one: T) => Promise<void>,
): Promise<number> {
  const start = startOf(clock.nowMs(), all.length);
  let left = 0;
  await inParallel([...all.slice(start), ...all.slice(0, start)], visitsAtOnce, async (one) => {
    if (clock.nowMs() < untilMs) await visit(one);
    else left += 1;
  });
  return left;
}

/** Where the walk of this minute begins. */
function startOf(nowMs: number, count: number): number {
  const minute = Math.floor(nowMs / minuteMs);
  return Math.floor(((minute * stride) % 1) * count);
}
