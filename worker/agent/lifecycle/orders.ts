/** What the fleet tells a worker through the bucket: the latch stops all workers, a drain order this one. */
import type { DrainRecord } from "../../../shared/contract/records/fleet-records.ts";
import type { InstanceId } from "../../../shared/contract/ids.ts";
import { readDrain } from "../../../shared/fleet/machines/drain.ts";
import { latchIsClosed } from "../../../shared/interlock/latch.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import type { Cause } from "./departure.ts";

/** @returns every reason to leave; empty: go on */
export async function readOrders(store: ObjectStore, instanceId: InstanceId): Promise<readonly Cause[]> {
  const [isStopped, drain] = await Promise.all([latchIsClosed(store), readDrain(store, instanceId)]);
  return [
    ...(isStopped ? [{ reason: "stopped" } as const] : []),
    ...(drain === null ? [] : [causeOf(drain)]),
  ];
}

function causeOf(drain: DrainRecord): Cause {
  switch (drain.reason) {
    case "interruption":
      return { reason: drain.reason, notice: { action: "terminate", atMs: Date.parse(drain.ends_at) } };
    case "budget_day":
    case "budget_month":
      return { reason: drain.reason, withinSeconds: drain.within_seconds };
    case "price":
    case "rebalance":
      return { reason: drain.reason };
  }
}
