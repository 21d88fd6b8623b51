/** How a machine counts for the fleet, from EC2's list and its own heartbeat. */
import type { StageConfig } from "../../config.ts";
import type { UnusedEnd, WorkerRecord } from "../../contract/records/fleet-records.ts";
import type { FleetInstance } from "../../ports.ts";
import { drainMs, isOfBudget } from "./drain.ts";
import { hasServed, type MachineCosts } from "../../billing/known-costs.ts";
import { isUnreadable, silentMs, type MachineRecords, unusedEndSaid } from "./machine-records.ts";
import { exists } from "../../billing/charges.ts";
import type { Machine, MachinePhase } from "./phase.ts";
import { takenByMs } from "./taken-back.ts";

export function phaseOf(
  instance: FleetInstance,
  records: MachineRecords,
  nowMs: number,
  settings: StageConfig,
): MachinePhase {
  const { worker, drain } = records;
  if (!exists(instance)) return "ended";
  if (instance.state === "stopping" || instance.state === "stopped") return "leaving";
  if (worker?.state === "leaving" || worker?.state === "draining") return "leaving";
  // EC2 is about to take it back, perhaps free of charge.
  if (drain?.reason === "interruption") return "leaving";
  // It works, or not: it counts as no capacity, and is left alone while its heartbeat changes.
  if (isUnreadable(records)) return isBeating(records, nowMs, settings) ? "leaving" : "silent";
  const isReady = worker?.ready_at != null;
  const ageMs = nowMs - instance.launchedMs;
  // A machine that never came up has nothing to finish, and does not hear a drain order.
  if (!isReady && ageMs > settings.worker.boot_deadline_seconds * 1000) return "overdue";
  if (drain !== null) return "leaving";
  if (!isReady) return "booting";
  return isBeating(records, nowMs, settings) ? "ready" : "silent";
}

/** Whether its heartbeat has changed lately. */
export const isBeating = (
  records: Pick<MachineRecords, "heardMs">,
  nowMs: number,
  settings: StageConfig,
): boolean => silentMs(records, nowMs) <= settings.worker.heartbeat_deadline_seconds * 1000;

/** When a machine is gone that EC2 takes back, or that a budget does not pay for; null for any other machine. */
function goneByMs(records: MachineRecords, settings: StageConfig): number | null {
  const takenMs = takenByMs(records, settings);
  if (takenMs !== null) return takenMs;
  const { drain } = records;
  if (drain === null || !isOfBudget(drain.reason)) return null;
  return Date.parse(drain.ordered_at) + drainMs(drain.reason, settings);
}

export function machineOf(
  instance: FleetInstance,
  records: MachineRecords,
  costs: MachineCosts | null,
  nowMs: number,
  settings: StageConfig,
): Machine {
  const phase = phaseOf(instance, records, nowMs, settings);
  const mayReceive = phase === "booting" || phase === "ready";
  return {
    instanceId: instance.instanceId,
    model: instance.model,
    instanceType: instance.instanceType ?? settings.instance_types[0].type,
    zone: instance.zone,
    market: instance.market,
    phase,
    launchedMs: instance.launchedMs,
    usdPerHour: costs?.usdPerHour ?? null,
    goneByMs: goneByMs(records, settings),
    unservedUsd: mayServeFirst(phase, records.worker, costs) ? (costs?.unservedUsd ?? null) : null,
    messagesReceived: records.worker?.messages_received ?? null,
    audioSecondsPerSecond: records.worker?.audio_seconds_per_second ?? null,
    failure: records.worker?.messages_received === 0 ? records.worker.failure : null,
    unusedEnd: mayReceive ? null : unusedEnd(instance, records),
  };
}

/** EC2 gave a machine no chance that it took without its word. */
function unusedEnd({ endedBy }: FleetInstance, records: MachineRecords): UnusedEnd | null {
  const said = unusedEndSaid(records);
  return said === "died" && endedBy === "taken_back" ? null : said;
}

/**
 * Whether no batch bears its cost, and one still may. The heartbeat shows a first clip before the ledger does. But the
 * cost of a machine that is in no ledger yet is no batch's, whatever it has made.
 */
function mayServeFirst(
  phase: MachinePhase,
  worker: WorkerRecord | null,
  costs: MachineCosts | null,
): boolean {
  if (phase === "ended" || (phase === "leaving" && worker?.messages_received === 0)) return false;
  return worker === null || costs?.isEntered === false || !hasServed(worker);
}
