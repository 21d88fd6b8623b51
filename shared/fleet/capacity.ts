import type { CapacityView } from "../contract/api.ts";
import { decisionRecordSchema, workerRecordSchema } from "../contract/fleet-records.ts";
import { fleetKeys } from "../contract/keys.ts";
import type { ObjectStore } from "../ports.ts";
import { readRecord } from "../records/records.ts";
import { latchIsClosed } from "./latch.ts";

/** What runs and what it costs, as the last tick and the heartbeats say: EC2 itself is not asked. */
export async function capacityView(store: ObjectStore): Promise<CapacityView> {
  const [snapshot, closed, heartbeats] = await Promise.all([
    readRecord(store, fleetKeys.snapshot, decisionRecordSchema),
    latchIsClosed(store),
    store.list(fleetKeys.workersPrefix),
  ]);
  const workers = await Promise.all(
    heartbeats.objects.map(({ key }) => readRecord(store, key, workerRecordSchema)),
  );
  return {
    at: snapshot?.value.at ?? null,
    closed,
    instances: snapshot?.value.instances ?? {},
    workers: workers
      .flatMap((worker) => (worker === null ? [] : [worker.value]))
      .map(({ instance_id, zone, model, state, items_running, slots, heartbeat_at }) => ({
        instance_id,
        zone,
        model,
        state,
        items_running,
        slots,
        heartbeat_at,
      })),
    prices: snapshot?.value.prices ?? [],
  };
}
