/** The limits that make a launch smaller than what is missing, or hold it altogether. Pure. */
import type { StageConfig } from "../../../../config.ts";
import type { Market } from "../../../../contract/records/fleet-records.ts";
import { vcpusOf } from "../../../../contract/machine-types.ts";
import type { Quota } from "../../../pools/pauses.ts";
import type { Allowance } from "../buy/allowance.ts";
import { tickMs } from "../deadlines.ts";
import type { Observation } from "../observation.ts";
import type { Limit, PricedPool, Reason } from "../plan.ts";
import type { Shortage } from "../sizing.ts";
import { poolReasons } from "./pool-reasons.ts";
import { clockTime, counted, exactTime } from "../../../../contract/sentences.ts";

/** How many machines are missing, and the limits for this model. */
export interface Need extends Shortage {
  /** How many machines would find a message to work on. */
  readonly messages: Limit;
  /** How many may start while machines of this model fail to start; null: no failed start is known. */
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

/** A quota of the account, which all types of a market share. */
export function vcpuLimit(
  { vcpus }: Pick<Allowance, "vcpus">,
  market: Market,
  instanceType: string,
  { limits }: StageConfig,
): readonly Limit[] {
  if (limits.max_vcpus === undefined) return [];
  const each = vcpusOf(instanceType);
  const left = Math.max(0, vcpus[market]);
  const detail = `${left} of ${limits.max_vcpus} vCPUs are left; a machine of ${instanceType} has ${each}`;
  return [{ reason: "max_vcpus", most: Math.floor(left / each), detail }];
}

export const limitsOfModel = ({ messages, starts }: Need): readonly Limit[] =>
  [messages, starts].filter((limit) => limit !== null);

/** The limits that hold the launch altogether. @param offers the pools that may be asked */
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
  // The launch may wait only if the next tick is in time. While another limit holds it, the next tick would not launch
  // it.
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
