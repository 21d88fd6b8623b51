/** The fewest more machines that meet every deadline, and how long their launch may wait. Pure. */
import type { StageConfig } from "../../../config.ts";
import { sum } from "../../../billing/measures/sum.ts";
import type { OpenWork } from "../../../interlock/open-work.ts";
import { lastLaunchMs, plannedEndMs, tickMs } from "./deadlines.ts";
import type { Demand } from "./demand.ts";
import type { Supply } from "./supply.ts";

/** How many machines are missing to meet every deadline. */
export interface Shortage {
  readonly missing: number;
  /** The launch may wait until then, so that more work shares its boots. */
  readonly launchByMs: number;
  /** How many of the missing machines cannot wait for the next tick without missing a deadline. */
  readonly urgent: number;
  readonly oldestDeadlineMs: number;
}

/** The work that the supply does not finish by a deadline. The list begins with the earliest deadline. */
interface Shortfall {
  readonly work: OpenWork;
  /** When this work is planned to be done. */
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
  const { readyAtMs, rates } = supply;
  let dueSeconds = 0;
  return work.flatMap((one) => {
    dueSeconds += one.openAudioSeconds / pace.planned;
    const byMs = plannedEndMs(one, supply, nowMs);
    const suppliedMs = readyAtMs.map((readyMs, place) => Math.max(0, byMs - readyMs) * (rates[place] ?? 1));
    const suppliedSeconds = sum(suppliedMs) / 1000;
    const seconds = dueSeconds - suppliedSeconds;
    return seconds > 0 || readyAtMs.length === 0 ? [{ work: one, byMs, seconds }] : [];
  });
}

/** The fewest machines that clear all these shortfalls if they are launched now. */
function machinesFor(
  shortfalls: readonly Shortfall[],
  { clips }: Demand,
  { readyAtMs, bootMs }: Supply,
  nowMs: number,
): number {
  const each = shortfalls.map(({ seconds, byMs }) => Math.ceil((seconds * 1000) / (byMs - nowMs - bootMs)));
  // One machine makes one clip, so more machines than clips do not help. And if work is open and no machine exists, at
  // least one is needed, even when few or no seconds are left to make.
  const least = clips > 0 && readyAtMs.length === 0 ? 1 : 0;
  return Math.max(least, Math.min(Math.max(0, ...each), clips - readyAtMs.length));
}

/**
 * A launch waits so that more work shares its boots. If each machine has more to do than a boot takes, waiting saves
 * little, and meanwhile spot capacity may run out.
 */
const isWorthBoots = (shortfalls: readonly Shortfall[], machines: number, { bootMs }: Supply): boolean =>
  shortfalls.some(({ seconds }) => seconds * 1000 >= machines * bootMs);

/** A launch waits for a share of the time until the last moment to launch. The share depends on the speed. */
function launchByMs(
  shortfalls: readonly Shortfall[],
  machines: number,
  supply: Supply,
  settings: StageConfig,
): number {
  // A stage with a rescue keeps deadlines whatever EC2 does. EC2 may take a machine while it boots, so this leaves time
  // to boot another.
  const reserveMs = settings.rescue === undefined ? 0 : supply.slowBootMs;
  return Math.min(
    ...shortfalls.map(({ work, seconds }) => {
      const { submittedMs, speed } = work;
      const lastMs = lastLaunchMs(work, seconds, machines, supply) - reserveMs;
      return submittedMs + settings.speeds[speed].slack_share * Math.max(0, lastMs - submittedMs);
    }),
  );
}
