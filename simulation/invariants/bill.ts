/** What AWS would charge. The ledger and the budgets are compared with this. */
import type { StageConfig } from "../../shared/config.ts";
import type { MachineRecord } from "../played/machine-host.ts";

const hourMs = 3_600_000;
const dayMs = 86_400_000;
const leastMs = 60_000;

/** A part of the time since the launch or since `runningMs`, at one price. */
type Charge = (fromMs: number, toMs: number, usdPerHour: number) => void;

/** The cost of one machine until now, in USD. */
export function trueCost(machine: MachineRecord, settings: StageConfig, nowMs: number): number {
  return trueCostBetween(machine, settings, nowMs, -Infinity, Infinity);
}

/** The part of it that was charged between two times. */
export function trueCostBetween(
  machine: MachineRecord,
  settings: StageConfig,
  nowMs: number,
  fromMs: number,
  toMs: number,
): number {
  let usd = 0;
  const charge: Charge = (startMs, endMs, usdPerHour) => {
    const insideMs = Math.min(endMs, toMs) - Math.max(startMs, fromMs);
    usd += (Math.max(0, insideMs) / hourMs) * usdPerHour;
  };
  chargeHours(machine, settings, nowMs, charge);
  chargeVolume(machine, settings, nowMs, charge);
  return usd;
}

/** The work time of a lease, in addition to its boot. */
const leaseWorkMs = 300_000;

/**
 * How far a budget may be exceeded: by a boot and five minutes of the dearest of the machines that cost it something,
 * and by its volume in the shortest month. A machine costs what EC2 charges for it. That may be more than its zone's
 * price at its launch: the price of the moment in which it begins to run counts.
 * @param moreMs more time of such machines, if something kept everybody from acting
 */
export function leaseUsd(
  machines: readonly MachineRecord[],
  settings: StageConfig,
  nowMs: number,
  moreMs: number,
): number {
  const { volume, public_ipv4_usd_per_hour: addressUsd, worker } = settings;
  const prices = machines.flatMap((machine) => hoursOf(machine, nowMs).map(({ usdPerHour }) => usdPerHour));
  const dearestUsd = Math.max(0, ...prices);
  const usdPerHour = dearestUsd + addressUsd + (volume.size_gb * volume.usd_per_gb_month) / (28 * 24);
  return (usdPerHour * (worker.boot_seconds * 1000 + leaseWorkMs + moreMs)) / hourMs;
}

function chargeHours(machine: MachineRecord, settings: StageConfig, nowMs: number, charge: Charge): void {
  const { instance, runningMs, endedMs, takenBack } = machine;
  if (runningMs === null) return;
  const ranMs = (endedMs ?? nowMs) - runningMs;
  charge(runningMs, runningMs + Math.max(leastMs, ranMs), settings.public_ipv4_usd_per_hour);
  if (takenBack && instance.market === "spot" && ranMs < hourMs) return;
  for (const { fromMs, toMs, usdPerHour } of hoursOf(machine, nowMs)) charge(fromMs, toMs, usdPerHour);
}

interface Hour {
  readonly fromMs: number;
  readonly toMs: number;
  readonly usdPerHour: number;
}

/**
 * Each hour of a machine costs the price that was in force when that hour began. The price of the address never
 * changes.
 * @see EC2 user guide, "Billing for interrupted Spot Instances"
 */
function hoursOf({ runningMs, endedMs, priceAt }: MachineRecord, nowMs: number): readonly Hour[] {
  if (runningMs === null) return [];
  const lastMs = Math.max(endedMs ?? nowMs, runningMs + leastMs);
  return Array.from({ length: Math.ceil((lastMs - runningMs) / hourMs) }, (_, hour) => {
    const fromMs = runningMs + hour * hourMs;
    return { fromMs, toMs: Math.min(lastMs, fromMs + hourMs), usdPerHour: priceAt(fromMs) };
  });
}

/** A GB-month is as long as the month of that day. */
function chargeVolume(
  { instance: { launchedMs }, terminatedMs }: MachineRecord,
  { volume }: StageConfig,
  nowMs: number,
  charge: Charge,
): void {
  const lastMs = Math.max(launchedMs + leastMs, terminatedMs ?? nowMs);
  for (let dayFromMs = launchedMs; dayFromMs < lastMs;) {
    const dayToMs = Math.min(lastMs, (Math.floor(dayFromMs / dayMs) + 1) * dayMs);
    charge(dayFromMs, dayToMs, (volume.size_gb * volume.usd_per_gb_month) / (24 * daysInMonthOf(dayFromMs)));
    dayFromMs = dayToMs;
  }
}

function daysInMonthOf(timeMs: number): number {
  const month = new Date(timeMs).getUTCMonth();
  const [first, next] = [0, 1].map((more) => Date.UTC(new Date(timeMs).getUTCFullYear(), month + more, 1));
  return ((next ?? 0) - (first ?? 0)) / dayMs;
}
