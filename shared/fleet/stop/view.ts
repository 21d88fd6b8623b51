import type { StopView } from "../../contract/api/api.ts";
import type { LatchRecord, StopRecord } from "../../contract/records/fleet-records.ts";

/** @param receipt of the stop that the latch names; null before its first step is stored. */
export function stopViewOf(latch: LatchRecord | null, receipt: StopRecord | null): StopView {
  return {
    id: latch?.stop_id ?? null,
    state: stateOf(latch, receipt),
    requested_at: receipt?.requested_at ?? null,
    verified_at: receipt?.verified_at ?? null,
    reopened_at: latch === null || latch.closed ? null : latch.changed_at,
    instances_terminated: receipt?.terminated.length ?? 0,
    instances_left: receipt?.instances_left ?? null,
    messages_left: receipt?.messages_left ?? null,
    cost_per_hour_usd: receipt?.cost_per_hour_usd ?? null,
    steps: receipt?.steps ?? [],
  };
}

function stateOf(latch: LatchRecord | null, receipt: StopRecord | null): StopView["state"] {
  if (latch?.closed !== true) return "open";
  return receipt?.verified_at == null ? "stopping" : "stopped";
}
