import type { LatchRecord } from "../contract/fleet-records.ts";
import { latchRecordSchema } from "../contract/fleet-records.ts";
import type { StopId } from "../contract/ids.ts";
import { fleetKeys } from "../contract/keys.ts";
import type { ObjectStore } from "../ports.ts";
import type { RecordPorts } from "../records/records.ts";
import { readRecord, updateRecord } from "../records/records.ts";

/** @returns null before the first stop. */
export const readLatch = async (store: ObjectStore): Promise<LatchRecord | null> =>
  (await readRecord(store, fleetKeys.latch, latchRecordSchema))?.value ?? null;

/** @throws StoreError: whoever cannot read the latch must not launch. */
export const latchIsClosed = async (store: ObjectStore): Promise<boolean> =>
  (await readLatch(store))?.closed ?? false;

/** @returns the latch as it is afterwards; one that was closed before keeps its stop. */
export async function closeLatch(ports: RecordPorts, stopId: StopId, by: string): Promise<LatchRecord> {
  const closed = latch(ports, true, stopId, by);
  const stored = await updateRecord(ports, fleetKeys.latch, latchRecordSchema, (current) =>
    current?.closed === true ? null : closed,
  );
  return stored ?? closed;
}

/** The stop it names stays readable. */
export async function openLatch(ports: RecordPorts, by: string): Promise<void> {
  await updateRecord(ports, fleetKeys.latch, latchRecordSchema, (current) =>
    current?.closed === true ? latch(ports, false, current.stop_id, by) : null,
  );
}

const latch = (
  { clock }: RecordPorts,
  closed: boolean,
  stopId: LatchRecord["stop_id"],
  by: string,
): LatchRecord => ({
  v: 1,
  closed,
  stop_id: stopId,
  changed_at: new Date(clock.nowMs()).toISOString(),
  changed_by: by,
});
