import type { Clock, Random } from "../ports.ts";

/** After more failures in a row the wait grows no longer. */
const mostDoublings = 6;

/**
 * Wait before another try: twice as long after each failure, and by chance up to half less or more, so that those who
 * failed together do not come again together.
 * @param failures so far, this one included
 * @param firstMs the mean wait after the first
 * @param how.leastMs whoever failed us asked for so long
 */
export const backOff = (
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  failures: number,
  firstMs: number,
  { signal, leastMs = 0 }: { readonly signal?: AbortSignal | undefined; readonly leastMs?: number } = {},
): Promise<void> => {
  const waitMs = Math.ceil(firstMs * 2 ** Math.min(failures - 1, mostDoublings) * (0.5 + random.next()));
  return clock.sleep(Math.max(leastMs, waitMs), signal);
};
