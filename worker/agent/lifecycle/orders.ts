/** What the fleet tells a worker through the bucket: the latch stops all workers, a drain order this one. */
import type { DrainRecord } from "../../../shared/contract/records/fleet-records.ts";
import type { InstanceId } from "../../../shared/contract/ids.ts";
import { readDrain } from "../../../shared/fleet/machines/drain.ts";
import { latchIsClosed } from "../../../shared/interlock/latch.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import type { Cause } from "./departure.ts";

/**
 * Passes on every reason to leave.
 * @throws RecordError when the drain order cannot be read, after the latch was looked at: a stop is heard all the same
 */
export async function hearOrders(
  store: ObjectStore,
  instanceId: InstanceId,
  leave: (cause: Cause) => void,
): Promise<void> {
  if (await latchIsClosed(store)) leave({ reason: "stopped" });
  const drain = await readDrain(store, instanceId);
  if (drain !== null) leave(causeOf(drain));
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
