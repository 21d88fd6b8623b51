/** What AWS would charge for the machines, their root volumes and their public addresses. */
import { stateReasons, type EndCause, type Machine } from "../machines/machine.ts";

const secondMs = 1000;
const hourMs = 3_600_000;
const leastSeconds = 60;

/** List prices (eu-central-1, 2026-11). */
const gp3UsdPerGbMonth = 0.0952;
const publicIpv4UsdPerHour = 0.005;

export interface MachineBill {
  readonly instance_id: string;
  readonly instance_type: string;
  readonly zone: string;
  readonly market: Machine["market"];
  readonly launched_at: string;
  readonly ended_at: string | null;
  readonly end_cause: EndCause | null;
  readonly state_reason: string | null;
  /** How long it was `running`. */
  readonly seconds: number;
  /** The time that is charged: at least a minute, or nothing if EC2 took it back within its first hour. */
  readonly billed_seconds: number;
  /** For its hours. */
  readonly machine_usd: number;
  /** From its launch until it is `terminated`. */
  readonly volume_usd: number;
  /** While it was `running`, however it ended. */
  readonly address_usd: number;
  /** The sum of the three. */
  readonly usd: number;
}
export interface Bill {
  readonly machines: readonly MachineBill[];
  readonly seconds: number;
  readonly usd: number;
}

/** USD an hour, in force at a given time. */
export type PriceOf = (machine: Machine, atMs: number) => number;

export function billFor(machines: readonly Machine[], priceOf: PriceOf, nowMs: number): Bill {
  const bills = machines.map((machine) => machineBill(machine, priceOf, nowMs));
  return {
    machines: bills,
    seconds: bills.reduce((sum, bill) => sum + bill.seconds, 0),
    usd: bills.reduce((sum, bill) => sum + bill.usd, 0),
  };
}

function machineBill(machine: Machine, priceOf: PriceOf, nowMs: number): MachineBill {
  const startMs = machine.runningMs;
  const ranMs = startMs === null ? 0 : Math.max(0, (machine.endedMs ?? nowMs) - startMs);
  const seconds = ranMs / secondMs;
  const chargedSeconds = startMs === null ? 0 : atLeast(seconds);
  const billedSeconds = isFree(machine, ranMs) ? 0 : chargedSeconds;
  const machineUsd = startMs === null ? 0 : charge(machine, startMs, billedSeconds * secondMs, priceOf);
  const volumeUsd = volumeCharge(machine, nowMs);
  const addressUsd = ((chargedSeconds * secondMs) / hourMs) * publicIpv4UsdPerHour;
  return {
    instance_id: machine.instanceId,
    instance_type: machine.instanceType,
    zone: machine.zone,
    market: machine.market,
    launched_at: new Date(machine.launchedMs).toISOString(),
    ended_at: machine.endedMs === null ? null : new Date(machine.endedMs).toISOString(),
    end_cause: machine.endCause,
    state_reason: machine.endCause === null ? null : stateReasons[machine.endCause].code,
    seconds,
    billed_seconds: billedSeconds,
    machine_usd: machineUsd,
    volume_usd: volumeUsd,
    address_usd: addressUsd,
    usd: machineUsd + volumeUsd + addressUsd,
  };
}

const atLeast = (seconds: number): number => Math.max(seconds, leastSeconds);

/** @see EC2 user guide, "Billing for interrupted Spot Instances": users who end their machine pay for it. */
const isFree = (machine: Machine, ranMs: number): boolean =>
  machine.endCause === "spot_interruption" && ranMs < hourMs;

/** Each hour of a machine, counted from its start, costs the price that was in force when that hour began. */
function charge(machine: Machine, startMs: number, billedMs: number, priceOf: PriceOf): number {
  let usd = 0;
  for (let passedMs = 0; passedMs < billedMs; passedMs += hourMs) {
    const shareOfHour = Math.min(hourMs, billedMs - passedMs) / hourMs;
    usd += shareOfHour * priceOf(machine, startMs + passedMs);
  }
  return usd;
}

/**
 * @see Amazon EBS pricing: a GB-month by the seconds of the month. A volume that lives into the next month is charged
 *   by the first.
 */
function volumeCharge({ launchedMs, terminatedMs, template }: Machine, nowMs: number): number {
  const seconds = atLeast(((terminatedMs ?? nowMs) - launchedMs) / secondMs);
  const launched = new Date(launchedMs);
  const nextMonthMs = Date.UTC(launched.getUTCFullYear(), launched.getUTCMonth() + 1);
  const monthMs = nextMonthMs - Date.UTC(launched.getUTCFullYear(), launched.getUTCMonth());
  return template.volumeGb * gp3UsdPerGbMonth * ((seconds * secondMs) / monthMs);
}
