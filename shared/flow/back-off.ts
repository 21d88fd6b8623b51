/** Waiting between tries. */
import type { Clock, Random } from "../ports.ts";

/** After this many failures in a row, the wait does not grow any more. */
const mostDoublings = 6;

/**
 * Waits before another try. The wait doubles with each failure and varies randomly by up to half, so that callers that
 * failed together do not retry together.
 * @param failures so far, this one included
 * @param firstMs the mean wait after the first
 * @param how.leastMs the wait that the failed service asked for
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
