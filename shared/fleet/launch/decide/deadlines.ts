/** By when work is planned to be done, and what is the last moment to launch machines for it. Pure. */
import type { OpenWork } from "../../../interlock/open-work.ts";
import type { Supply } from "./supply.ts";

/** The launcher looks at the fleet so often. */
export const tickMs = 60_000;
/** Work is planned to end so long before its deadline: a sum of seconds knows nothing of the last clip's length. */
const tailMarginMs = 45_000;
/**
 * No machine is launched for less work than this. Boots differ by as much, with the clips that the others then have in
 * hand, so the last of several machines would find nothing to do; and what is late already is done in so long a time,
 * and not by ever more machines.
 */
const leastShareMs = 120_000;

export const plannedEndMs = ({ deadlineMs }: OpenWork, { bootMs }: Supply, nowMs: number): number =>
  Math.max(deadlineMs - tailMarginMs, nowMs + bootMs + leastShareMs);

/**
 * The last moment at which so many machines can be launched and, though slow to boot, are in time.
 * @param seconds of one machine, for what is left of the work
 */
export const lastLaunchMs = (
  { deadlineMs }: OpenWork,
  seconds: number,
  machines: number,
  { slowBootMs }: Supply,
): number => deadlineMs - tailMarginMs - slowBootMs - (seconds * 1000) / Math.max(1, machines);
