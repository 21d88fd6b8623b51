/** How a machine counts for the fleet, from EC2's list and its own heartbeat. */
import type { StageConfig } from "../../config.ts";
import type { WorkerRecord } from "../../contract/records/fleet-records.ts";
import type { FleetInstance } from "../../ports.ts";
import { drainMs } from "./drain.ts";
import { hasServed, type MachineCosts } from "../../billing/known-costs.ts";
import { isUnreadable, silentMs, type MachineRecords, saysUnused } from "./machine-records.ts";
import { exists } from "../../billing/charges.ts";
import type { Machine, MachinePhase } from "./phase.ts";

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

/** EC2 may take a machine this much later than announced. */
const takenLateMs = 60_000;

/** From EC2's interruption notice to the machine's end. */
const noticeMs = 120_000;

/** When a machine is gone that EC2 takes back, or that a budget does not pay for; null for any other machine. */
function goneByMs({ worker, heardMs, drain }: MachineRecords, settings: StageConfig): number | null {
  switch (drain?.reason) {
    case "interruption":
      return Date.parse(drain.ends_at) + takenLateMs;
    case "budget_day":
    case "budget_month":
      return Date.parse(drain.ordered_at) + drainMs(drain.reason, settings);
    case "price":
    case "rebalance":
    case undefined:
      // The machine may have the notice from its own metadata service only.
      return worker?.reason === "interruption" && heardMs !== null ? heardMs + noticeMs + takenLateMs : null;
  }
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
    zone: instance.zone,
    market: instance.market,
    phase,
    launchedMs: instance.launchedMs,
    usdPerHour: costs?.usdPerHour ?? null,
    goneByMs: goneByMs(records, settings),
    unservedUsd: mayServeFirst(phase, records.worker) ? (costs?.unservedUsd ?? null) : null,
    messagesReceived: records.worker?.messages_received ?? null,
    audioSecondsPerSecond: records.worker?.audio_seconds_per_second ?? null,
    failure: records.worker?.messages_received === 0 ? records.worker.failure : null,
    leavesUnused: !mayReceive && instance.endedBy !== "taken_back" && saysUnused(records),
  };
}

/** Whether it has served no batch and still may serve one. The heartbeat shows a first clip before the ledger does. */
function mayServeFirst(phase: MachinePhase, worker: WorkerRecord | null): boolean {
  if (phase === "ended" || (phase === "leaving" && worker?.messages_received === 0)) return false;
  return worker === null || !hasServed(worker);
}
