/** What the API answers about a stop. */
import type { StopView } from "../../contract/api/api.ts";
import type { LatchRecord, StopRecord } from "../../contract/records/fleet-records.ts";

/** @param record of the stop that the latch names; null before its first step is stored. */
export function stopViewOf(latch: LatchRecord | null, record: StopRecord | null): StopView {
  return {
    id: latch?.stop_id ?? null,
    state: stateOf(latch, record),
    requested_at: record?.requested_at ?? null,
    verified_at: record?.verified_at ?? null,
    reopened_at: latch === null || latch.closed ? null : latch.changed_at,
    instances_terminated: record?.terminated.length ?? 0,
    instances_left: record?.instances_left ?? null,
    messages_left: record?.messages_left ?? null,
    cost_per_hour_usd: record?.cost_per_hour_usd ?? null,
    steps: record?.steps ?? [],
  };
}

function stateOf(latch: LatchRecord | null, record: StopRecord | null): StopView["state"] {
  if (latch?.closed !== true) return "open";
  return record?.verified_at == null ? "stopping" : "stopped";
}
