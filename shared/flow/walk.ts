import type { Clock } from "../ports.ts";
import { inParallel } from "./in-parallel.ts";

/** So many requests a function bears at once without waiting for itself. */
const visitsAtOnce = 32;
/** The golden share: starts that are so far apart fall evenly over the whole, however many there are. */
const stride = (Math.sqrt(5) - 1) / 2;
const minuteMs = 60_000;

/**
 * Visit many, in parallel, until a time: what is not begun by then is left. Each minute begins elsewhere, so that
 * whoever is left is among the first soon after: runs that reach two fifths of them reach all within three minutes.
 * @returns how many were left.
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

/** Where the walk of that minute begins. */
function startOf(nowMs: number, count: number): number {
  const minute = Math.floor(nowMs / minuteMs);
  return Math.floor(((minute * stride) % 1) * count);
}
