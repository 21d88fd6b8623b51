import type { StageConfig } from "../config.ts";
import type { ReapReason, ReaperMarks, WorkerRecord } from "../contract/fleet-records.ts";
import type { InstanceId } from "../contract/ids.ts";
import type { FleetInstance } from "../ports.ts";
import { exists, phaseOf } from "./machine.ts";

/** A worker leaves by itself when it idles; the reaper ends one that has not left so long after. */
const idleGraceMs = 60_000;
/** From the mark to the end: two ticks that overlap are not two looks. */
const markHoldMs = 20_000;

export interface Judged {
  readonly instance: FleetInstance;
  /** Null: it has written no heartbeat, which says nothing of what it does. */
  readonly worker: WorkerRecord | null;
  /** Its launch is written down. */
  readonly known: boolean;
}

/** Why a machine should end, if it should. Pure. */
export function reapReason(
  { instance, worker, known }: Judged,
  latched: boolean,
  nowMs: number,
  settings: StageConfig,
): ReapReason | null {
  if (!exists(instance)) return null;
  if (latched) return "stopped";
  if (!known) return "unknown";
  const lifetimeMs = settings.worker.max_lifetime_seconds * 1000;
  if (nowMs >= (instance.expiresMs ?? instance.launchedMs + lifetimeMs)) return "max_lifetime";
  switch (phaseOf(instance, worker, nowMs, settings)) {
    case "booting":
    case "ended":
      return null;
    case "overdue":
      return "boot_deadline";
    case "silent":
      return "no_heartbeat";
    case "leaving":
      return leavingReason(instance, worker, nowMs, settings);
    case "ready":
      return isIdleTooLong(worker, nowMs, settings) ? "idle" : null;
  }
}

/** One that leaves is left to do so while it gives signs of life: EC2 may be about to take it, at no charge. */
function leavingReason(
  instance: FleetInstance,
  worker: WorkerRecord | null,
  nowMs: number,
  settings: StageConfig,
): ReapReason | null {
  if (instance.state === "stopping" || instance.state === "stopped") return "draining_done";
  if (worker === null) return null;
  const silentMs = nowMs - Date.parse(worker.heartbeat_at);
  if (silentMs <= settings.worker.heartbeat_deadline_seconds * 1000) return null;
  return worker.state === "leaving" ? "draining_done" : "no_heartbeat";
}

function isIdleTooLong(worker: WorkerRecord | null, nowMs: number, settings: StageConfig): boolean {
  if (worker?.state !== "idle" || worker.idle_since === null) return false;
  const idleMs = nowMs - Date.parse(worker.idle_since);
  return idleMs > settings.worker.idle_exit_seconds * 1000 + idleGraceMs;
}

export interface Verdict {
  /** The marks as they are to be kept. */
  readonly marks: ReaperMarks["marks"];
  readonly terminate: readonly InstanceId[];
}

/**
 * The two steps: what should end is marked, and ended at a later tick if it then should still end, for the
 * same reason. A stop is the exception: it ends everything at once.
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
      .filter(([, mark]) => mark.reason === "stopped" || nowMs - Date.parse(mark.at) >= markHoldMs)
      .map(([id]) => id),
  };
}
