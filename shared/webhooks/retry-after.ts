/** How long a receiver asks to be left alone. Pure. @see RFC 9110, section 10.2.3 */
import type { IncomingHttpHeaders } from "node:http";

/** More than this is not waited for at once: the plan of attempts would end after the event is dropped. */
const longestMs = 3_600_000;

/** The statuses that say "not now". */
const notNow = new Set([429, 503]);

/** @returns null where it does not ask, or not in a form that can be read */
export function retryAfterMs(status: number, headers: IncomingHttpHeaders): number | null {
  const { "retry-after": asked, date } = headers;
  if (!notNow.has(status) || asked === undefined) return null;
  // A time is told by the receiver's clock, and so it is compared with that clock.
  const waitMs = /^\d+$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - Date.parse(date ?? "");
  return Number.isNaN(waitMs) || waitMs <= 0 ? null : Math.min(waitMs, longestMs);
}
