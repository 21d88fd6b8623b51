import type { StageConfig } from "../../config.ts";
import type { ReapReason, ReaperMarks } from "../../contract/records/fleet-records.ts";
import type { InstanceId } from "../../contract/ids.ts";
import type { FleetInstance } from "../../ports.ts";
import { drainMs, isOfBudget } from "../machines/drain.ts";
import { isBeating, phaseOf } from "../machines/machine.ts";
import { silentMs, type MachineRecords } from "../machines/machine-records.ts";
import { exists } from "../../billing/charges.ts";

/** A worker leaves by itself when it idles; the reaper ends one that has not left so long after. */
const idleGraceMs = 60_000;
/** From the mark to the end: two ticks that overlap are not two looks. */
const markHoldMs = 20_000;

export interface MachineInSight extends MachineRecords {
  readonly instance: FleetInstance;
  /** Its launch is written down. */
  readonly known: boolean;
}

/** Why a machine should end, if it should. Pure. */
export function reasonToEnd(
  machine: MachineInSight,
  latched: boolean,
  nowMs: number,
  settings: StageConfig,
): ReapReason | null {
  const { instance, known } = machine;
  if (!exists(instance)) return null;
  if (latched) return "stopped";
  if (!known) return "orphan";
  const lifetimeMs = settings.worker.max_lifetime_seconds * 1000;
  if (nowMs >= (instance.expiresMs ?? instance.launchedMs + lifetimeMs)) return "max_lifetime";
  switch (phaseOf(instance, machine, nowMs, settings)) {
    case "booting":
    case "ended":
      return null;
    case "overdue":
      return "boot_deadline";
    case "silent":
      return "no_heartbeat";
    case "leaving":
      return leavingReason(machine, nowMs, settings);
    case "ready":
      return isIdleTooLong(machine, nowMs, settings) ? "idle" : null;
  }
}

/** One that leaves is left to do so while it gives signs of life: EC2 may be about to take it, at no charge. */
function leavingReason(machine: MachineInSight, nowMs: number, settings: StageConfig): ReapReason | null {
  const { instance, worker, drain } = machine;
  if (instance.state === "stopping" || instance.state === "stopped") return "draining_done";
  if (drain !== null && nowMs - Date.parse(drain.ordered_at) > drainMs(drain.reason, settings))
    return isOfBudget(drain.reason) ? "over_budget" : "drain_deadline";
  if (worker === null || isBeating(machine, nowMs, settings)) return null;
  return worker.state === "leaving" ? "draining_done" : "no_heartbeat";
}

/** It was idle for so long when it said so, by its own clock, and has been since, by the store's. */
function isIdleTooLong(records: MachineRecords, nowMs: number, settings: StageConfig): boolean {
  const { worker } = records;
  if (worker?.state !== "idle" || worker.idle_since === null) return false;
  const idleMs = Date.parse(worker.heartbeat_at) - Date.parse(worker.idle_since) + silentMs(records, nowMs);
  return idleMs > settings.worker.idle_exit_seconds * 1000 + idleGraceMs;
}

const atOnce: readonly ReapReason[] = ["stopped", "over_budget"];

export interface Verdict {
  /** The marks as they are to be kept. */
  readonly marks: ReaperMarks["marks"];
  readonly terminate: readonly InstanceId[];
}

/**
 * The two steps: what should end is marked, and ended at a later tick if it then should still end, for the
 * same reason. There are two exceptions: a stop ends everything at once, and of a machine that a budget pays for no
 * longer the order to leave was the first step.
 */
export function verdict(
  reasons: ReadonlyMap<InstanceId, ReapReason>,
  marks: ReaperMarks["marks"],
  nowMs: number,
): Verdict {
  const now = new Date(nowMs).toISOString();
  const kept = [...reasons].map(([id, reason]) => {
    const earlier = marks[id];
    return [id, earlier?.reason === reason ? earlier : { reason, at: now }] as const;
  });
  return {
    marks: Object.fromEntries(kept),
    terminate: kept
      .filter(([, mark]) => atOnce.includes(mark.reason) || nowMs - Date.parse(mark.at) >= markHoldMs)
      .map(([id]) => id),
  };
}
