/** Launches whose outcome is not known: which are asked for again, and which are given up. Pure. */
import type { ComingLaunch, Observation } from "./observation.ts";
import type { Plan } from "./plan.ts";

/** A token is asked with for so long. */
const tokenLifeMs = 600_000;
/** A function that launches lives a minute at most; the other minute is EC2's, to list what it launched. */
const callerLifeMs = 120_000;

/**
 * A closed latch asks for nothing more, and neither does a token that is too old. The launch is given up once
 * whoever asked last must have ended: what it brought is then in EC2's list, and found by its tag.
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
