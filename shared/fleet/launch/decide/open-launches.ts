/** Launches whose outcome is not known: which to ask for again, and which to give up. Pure. */
import type { ComingLaunch, Observation } from "./observation.ts";
import type { Plan } from "./plan.ts";

/** A launch is asked for again with its token for this long. */
const tokenLifeMs = 600_000;
/** The function that launches runs for a minute at most. The second minute gives EC2 time to list what it launched. */
const callerLifeMs = 120_000;

/**
 * While the latch is closed nothing is asked for again, and neither is a launch whose token is too old. Such a launch
 * is given up once the last function that asked must have ended. By then EC2 lists its machines, and the reaper finds
 * them by their tag.
 */
export function decideOpenLaunches({
  coming,
  latchedMs,
  nowMs,
}: Observation): Pick<Plan, "askAgain" | "abandon"> {
  const open = coming.filter((launch) => launch.open);
  const endOfAsking = ({ askedMs }: ComingLaunch): number =>
    Math.min(latchedMs ?? Infinity, askedMs + tokenLifeMs);
  return {
    askAgain: open.filter((launch) => nowMs < endOfAsking(launch)).map(({ intentId }) => intentId),
    abandon: open
      .filter((launch) => nowMs > endOfAsking(launch) + callerLifeMs)
      .map(({ intentId }) => intentId),
  };
}
