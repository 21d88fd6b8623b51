/** When work is planned to be done, and the last moment to launch machines for it. Pure. */
import type { OpenWork } from "../../../interlock/open-work.ts";
import type { Supply } from "./supply.ts";

/** The launcher runs this often. */
export const tickMs = 60_000;
/**
 * Work is planned to end this long before its deadline, because a sum of seconds does not show how long the last clip
 * takes.
 */
const tailMarginMs = 45_000;
/**
 * No machine is launched for less work than this, for two reasons. Boot times differ by about as much, so the last of
 * several machines would find nothing to do. And work that is already late is then planned to be done in this time,
 * instead of by ever more machines.
 */
const leastShareMs = 120_000;

export const plannedEndMs = ({ deadlineMs }: OpenWork, { bootMs }: Supply, nowMs: number): number =>
  Math.max(deadlineMs - tailMarginMs, nowMs + bootMs + leastShareMs);

/**
 * The last moment at which this many machines can be launched and still be in time, even if they boot slowly.
 * @param seconds of one machine's time, for the rest of the work
 */
export const lastLaunchMs = (
  { deadlineMs }: OpenWork,
  seconds: number,
  machines: number,
  { slowBootMs }: Supply,
): number => deadlineMs - tailMarginMs - slowBootMs - (seconds * 1000) / Math.max(1, machines);
