/** What a machine is worth to the fleet, from EC2's word and its own heartbeat. */
import type { StageConfig } from "../config.ts";
import type { FleetInstance, InstanceState } from "../ports.ts";
import type { Machine, MachinePhase } from "./observation.ts";
import type { Signs } from "./signs.ts";
import { saysUnused } from "./unused-machines.ts";

/** Still there: it is billed, or EC2 could start it again. */
export const existing: readonly InstanceState[] = ["pending", "running", "stopping", "stopped"];
export const exists = (instance: FleetInstance): boolean => existing.includes(instance.state);

/** What a machine in that state goes on costing, or soon will: its volume outlives a stop, and not a termination. */
export function charges(state: InstanceState): "all" | "volume" | "nothing" {
  switch (state) {
    case "pending":
    case "running":
      return "all";
    case "stopping":
    case "stopped":
      return "volume";
    case "shutting-down":
    case "terminated":
      return "nothing";
  }
}

export function phaseOf(
  instance: FleetInstance,
  { worker, drain }: Signs,
  nowMs: number,
  settings: StageConfig,
): MachinePhase {
  if (!exists(instance)) return "ended";
  if (instance.state === "stopping" || instance.state === "stopped") return "leaving";
  if (worker?.state === "leaving" || worker?.state === "draining") return "leaving";
  // EC2 is about to take it, perhaps at no charge.
  if (drain?.reason === "interruption") return "leaving";
  const isReady = worker?.ready_at != null;
  const ageMs = nowMs - instance.launchedMs;
  // What never came up has nothing to finish, and does not hear that it should leave.
  if (!isReady && ageMs > settings.worker.boot_deadline_seconds * 1000) return "overdue";
  if (drain !== null) return "leaving";
  if (!isReady) return "booting";
  const silentMs = nowMs - Date.parse(worker.heartbeat_at);
  return silentMs <= settings.worker.heartbeat_deadline_seconds * 1000 ? "ready" : "silent";
}

export function machineOf(
  instance: FleetInstance,
  signs: Signs,
  nowMs: number,
  settings: StageConfig,
): Machine {
  const phase = phaseOf(instance, signs, nowMs, settings);
  const mayReceive = phase === "booting" || phase === "ready";
  return {
    instanceId: instance.instanceId,
    model: instance.model,
    zone: instance.zone,
    market: instance.market,
    phase,
    launchedMs: instance.launchedMs,
    messagesReceived: signs.worker?.messages_received ?? null,
    leavesUnused: !mayReceive && instance.takenBack !== true && saysUnused(signs),
  };
}
