/** The numbers of a tick that the stage's metrics are made of (serverless/resources/watch.ts). Pure. */
import type { Observation } from "./decide/observation.ts";
import type { MachinePhase } from "../machines/phase.ts";

export type Measured = Readonly<
  Record<
    | "machines_booting"
    | "machines_ready"
    | "machines_leaving"
    | "usd_per_hour"
    | "spent_day_usd"
    | "spent_month_usd"
    | "oldest_job_seconds",
    number
  >
>;

/** @returns null when nothing runs and nothing waits: a metric that nobody publishes costs nothing */
export function measuredOf({ machines, work, spent, nowMs }: Observation): Measured | null {
  const existing = machines.filter(({ phase }) => phase !== "ended");
  if (existing.length === 0 && work.length === 0) return null;
  const inPhase = (...phases: readonly MachinePhase[]): number =>
    existing.filter(({ phase }) => phases.includes(phase)).length;
  const perHour = existing.reduce((sum, { usdPerHour }) => sum + (usdPerHour ?? 0), 0);
  const ages = work.map(({ submittedMs }) => Math.max(0, nowMs - submittedMs) / 1000);
  return {
    machines_booting: inPhase("booting"),
    machines_ready: inPhase("ready"),
    machines_leaving: inPhase("leaving", "silent", "overdue"),
    usd_per_hour: perHour,
    spent_day_usd: spent.dayUsd,
    spent_month_usd: spent.monthUsd,
    oldest_job_seconds: Math.round(Math.max(0, ...ages)),
  };
}
