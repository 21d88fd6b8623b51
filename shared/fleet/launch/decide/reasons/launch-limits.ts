/** What leaves a launch fewer machines than are missing, or holds it altogether. Pure. */
import type { StageConfig } from "../../../../config.ts";
import type { Quota } from "../../../pools/pauses.ts";
import type { Allowance } from "../allowance.ts";
import { tickMs } from "../deadlines.ts";
import type { Observation } from "../observation.ts";
import type { Limit, PricedPool, Reason } from "../plan.ts";
import type { Shortage } from "../sizing.ts";
import { poolReasons } from "./pool-reasons.ts";
import { clockTime, counted, exactTime } from "../../../../words.ts";

/** What is missing, and how many of that the model may have. */
export interface Need extends Shortage {
  /** More machines than that would find no message. */
  readonly messages: Limit;
  /** Machines of the model could not start; null: nothing is known of that. */
  readonly starts: Limit | null;
}

export const binding = (limits: readonly Limit[], missing: number): readonly Limit[] =>
  limits.filter(({ most }) => most < missing);

export const smallest = (missing: number, limits: readonly Limit[]): number =>
  Math.min(missing, ...limits.map(({ most }) => most));

export const plain = ({ reason, detail }: Limit): Reason => ({ reason, detail });

export const machineLimit = ({ machines }: Allowance, settings: StageConfig): Limit => ({
  reason: "max_instances",
  most: machines,
  detail: `at most ${counted(settings.limits.max_instances, "machine")} may exist; ${machines} more can be launched now`,
});

export const limitsOfModel = ({ messages, starts }: Need): readonly Limit[] =>
  [messages, starts].filter((limit) => limit !== null);

/** What holds the launch altogether. @param offers pools that may be asked */
export function holds(
  { launchByMs, messages, starts }: Need,
  offers: readonly PricedPool[],
  observation: Observation,
  settings: StageConfig,
): readonly Limit[] {
  const { quotas, nowMs } = observation;
  const limits = [
    ...(offers.length === 0 ? poolReasons(observation, settings).map(hold) : []),
    ...quotaLimit(quotas.spot),
    ...pauses(observation),
  ];
  // It may wait if the next tick is in time. While something else holds it, it would not come at that time.
  const mayLaunch = limits.length === 0 && messages.most > 0 && starts?.most !== 0;
  if (launchByMs < nowMs + tickMs || !mayLaunch) return limits;
  return [hold({ reason: "waiting_for_deadline", detail: `to be launched by ${exactTime(launchByMs)}` })];
}

export function quotaLimit(quota: Quota | undefined): readonly Limit[] {
  if (quota === undefined) return [];
  const detail = `launches paused until a machine ends or ${exactTime(quota.untilMs)}: ${quota.detail}`;
  return [hold({ reason: "quota", detail })];
}

function pauses({ breaker, latchedMs, nowMs }: Observation): readonly Limit[] {
  const limits: Limit[] = [];
  if (breaker !== null && breaker.untilMs > nowMs) {
    const detail = `launches paused until ${clockTime(breaker.untilMs, nowMs)}: ${breaker.detail}`;
    limits.push(hold({ reason: "breaker", detail }));
  }
  if (latchedMs !== null) limits.push(hold({ reason: "latch", detail: "stopped by an operator" }));
  return limits;
}

const hold = (reason: Reason): Limit => ({ ...reason, most: 0 });
