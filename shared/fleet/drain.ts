/** `fleet/drains/{instance}.json`: telling a machine to finish what it has and to leave. */
import type { DrainRecord } from "../contract/fleet-records.ts";
import { drainRecordSchema } from "../contract/fleet-records.ts";
import type { InstanceId } from "../contract/ids.ts";
import { fleetKeys } from "../contract/keys.ts";
import type { ObjectStore } from "../ports.ts";
import type { RecordPorts } from "../records/records.ts";
import { readRecord, updateRecord } from "../records/records.ts";

export const readDrain = async (store: ObjectStore, id: InstanceId): Promise<DrainRecord | null> =>
  (await readRecord(store, fleetKeys.drain(id), drainRecordSchema))?.value ?? null;

export type DrainOrder =
  | { readonly reason: "price" | "rebalance"; readonly detail: string }
  | { readonly reason: "interruption"; readonly detail: string; readonly ends_at: string };

/** The first word stays, but an interruption leaves less time than anything else. */
export async function orderDrain(ports: RecordPorts, id: InstanceId, order: DrainOrder): Promise<void> {
  const orderedAt = new Date(ports.clock.nowMs()).toISOString();
  const record: DrainRecord = { v: 1, instance_id: id, ...order, ordered_at: orderedAt };
  await updateRecord(ports, fleetKeys.drain(id), drainRecordSchema, (earlier) =>
    earlier === null || (order.reason === "interruption" && earlier.reason !== "interruption")
      ? record
      : null,
  );
}
