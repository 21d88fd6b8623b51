/** The fewest more machines with which every deadline can be met, and until when their launch may wait. Pure. */
import type { StageConfig } from "../../../config.ts";
import { sumBy } from "../../../billing/measures/sum.ts";
import type { OpenWork } from "../../../interlock/open-work.ts";
import { lastLaunchMs, plannedEndMs, tickMs } from "./deadlines.ts";
import type { Demand } from "./demand.ts";
import type { Supply } from "./supply.ts";

/** What is missing for every deadline to be met. */
export interface Shortage {
  readonly missing: number;
  /** Until then their launch may wait, so that more work gathers for one boot. */
  readonly launchByMs: number;
  /** Of those missing, the ones without which a deadline is missed when they are bought at the next tick only. */
  readonly urgent: number;
  readonly oldestDeadlineMs: number;
}

/** What the supply leaves undone by a deadline (earliest deadline first). */
interface Shortfall {
  readonly work: OpenWork;
  /** When it is planned to be done. */
  readonly byMs: number;
  readonly seconds: number;
}

export function shortageOf(demand: Demand, supply: Supply, nowMs: number, settings: StageConfig): Shortage {
  const shortfalls = shortfallsOf(demand, supply, nowMs);
  const missing = machinesFor(shortfalls, demand, supply, nowMs);
  const urgent = shortfalls.filter(
    ({ work, seconds }) => lastLaunchMs(work, seconds, missing, supply) < nowMs + tickMs,
  );
  return {
    missing,
    launchByMs: isWorthBoots(shortfalls, missing, supply)
      ? nowMs
      : launchByMs(shortfalls, missing, supply, settings),
    urgent: urgent.length === 0 ? 0 : machinesFor(urgent, demand, supply, nowMs),
    oldestDeadlineMs: Math.min(...demand.work.map(({ deadlineMs }) => deadlineMs)),
  };
}

function shortfallsOf({ work, pace }: Demand, supply: Supply, nowMs: number): readonly Shortfall[] {
  const { readyAtMs } = supply;
  let dueSeconds = 0;
  return work.flatMap((one) => {
    dueSeconds += one.openAudioSeconds / pace.planned;
    const byMs = plannedEndMs(one, supply, nowMs);
    const suppliedSeconds = sumBy(readyAtMs, (readyMs) => Math.max(0, byMs - readyMs)) / 1000;
    const seconds = dueSeconds - suppliedSeconds;
    return seconds > 0 || readyAtMs.length === 0 ? [{ work: one, byMs, seconds }] : [];
  });
}

/** The fewest more machines, launched now, that leave none of these shortfalls. */
function machinesFor(
  shortfalls: readonly Shortfall[],
  { clips }: Demand,
  { readyAtMs, bootMs }: Supply,
  nowMs: number,
): number {
  const each = shortfalls.map(({ seconds, byMs }) => Math.ceil((seconds * 1000) / (byMs - nowMs - bootMs)));
  // A clip is made by one machine: more machines than clips make nothing sooner. And open work whose last
  // seconds were made by a machine that is gone still needs one.
  const least = clips > 0 && readyAtMs.length === 0 ? 1 : 0;
  return Math.max(least, Math.min(Math.max(0, ...each), clips - readyAtMs.length));
}

/**
 * A launch waits so that more work shares its boots. Machines that have more to do than a boot takes gain little by it,
 * and a drought may begin meanwhile.
 */
const isWorthBoots = (shortfalls: readonly Shortfall[], machines: number, { bootMs }: Supply): boolean =>
  shortfalls.some(({ seconds }) => seconds * 1000 >= machines * bootMs);

/** Each speed waits for its share of the time that is left before the last moment to launch. */
function launchByMs(
  shortfalls: readonly Shortfall[],
  machines: number,
  supply: Supply,
  settings: StageConfig,
): number {
  // With a rescue a deadline is kept whatever EC2 does: a machine may be taken while it boots, so there is time for
  // another.
  const reserveMs = settings.rescue === undefined ? 0 : supply.slowBootMs;
  return Math.min(
    ...shortfalls.map(({ work, seconds }) => {
      const { submittedMs, speed } = work;
      const lastMs = lastLaunchMs(work, seconds, machines, supply) - reserveMs;
      return submittedMs + settings.speeds[speed].slack_share * Math.max(0, lastMs - submittedMs);
    }),
  );
}
