/** Why a machine should end: reasons, marks, and the verdict. Pure. */
import type { StageConfig } from "../../config.ts";
import type { ReapReason, ReaperMarks } from "../../contract/records/fleet-records.ts";
import type { InstanceId } from "../../contract/ids.ts";
import type { FleetInstance } from "../../ports.ts";
import { drainMs, isOfBudget } from "../machines/drain.ts";
import { isBeating, phaseOf } from "../machines/machine.ts";
import { silentMs, type MachineRecords } from "../machines/machine-records.ts";
import { isTakenForFree } from "../machines/taken-back.ts";
import { exists } from "../../billing/charges.ts";

/** An idle worker leaves by itself. If it has not left after this time, the reaper ends it. */
const idleGraceMs = 60_000;
/** A machine is ended at the earliest this long after its mark: two overlapping ticks are not two looks. */
const markHoldMs = 20_000;

export interface MachineToJudge extends MachineRecords {
  readonly instance: FleetInstance;
  /** An intent of its launch exists. */
  readonly known: boolean;
}

/** Why a machine should end; null if it should not. Pure. */
export function reasonToEnd(
  machine: MachineToJudge,
  latched: boolean,
  nowMs: number,
  settings: StageConfig,
): ReapReason | null {
  const { instance, known } = machine;
  if (!exists(instance)) return null;
  if (latched) return "stopped";
  const isOver = nowMs >= lifetimeEndMs(instance, settings);
  if (!isOver && isTakenForFree(instance, machine, nowMs, settings)) return null;
  if (!known) return "orphan";
  if (isOver) return "max_lifetime";
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

/** As its tag says; a machine whose tag was changed by hand has its lifetime from its launch. */
export const lifetimeEndMs = (
  { expiresMs, launchedMs }: FleetInstance,
  { worker }: Pick<StageConfig, "worker">,
): number => expiresMs ?? launchedMs + worker.max_lifetime_seconds * 1000;

/** A leaving machine is left alone while it gives signs of life: EC2 may be about to take it back, free of charge. */
function leavingReason(machine: MachineToJudge, nowMs: number, settings: StageConfig): ReapReason | null {
  const { instance, worker, drain } = machine;
  if (instance.state === "stopping" || instance.state === "stopped") return "draining_done";
  if (drain !== null && nowMs - Date.parse(drain.ordered_at) > drainMs(drain.reason, settings))
    return isOfBudget(drain.reason) ? "over_budget" : "drain_deadline";
  if (worker === null || isBeating(machine, nowMs, settings)) return null;
  return worker.state === "leaving" ? "draining_done" : "no_heartbeat";
}

/**
 * Adds two times: how long it had been idle when it said so, by its own clock, and the time since then, by the store's.
 */
function isIdleTooLong(records: MachineRecords, nowMs: number, settings: StageConfig): boolean {
  const { worker } = records;
  if (worker?.state !== "idle" || worker.idle_since === null) return false;
  const idleMs = Date.parse(worker.heartbeat_at) - Date.parse(worker.idle_since) + silentMs(records, nowMs);
  return idleMs > settings.worker.idle_exit_seconds * 1000 + idleGraceMs;
}

const atOnce: readonly ReapReason[] = ["stopped", "over_budget"];

export interface Verdict {
  /** The marks to be stored. */
  readonly marks: ReaperMarks["marks"];
  readonly terminate: readonly InstanceId[];
}

/**
 * The two looks: a machine that should end is marked first, and ended at a later tick if it should still end for the
 * same reason. There are two exceptions. A stop ends everything at once. And for a machine that a budget no longer pays
 * for, the drain order was the first step.
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
