/** `fleet/latch.json`: the stop flag. Once closed, nothing launches until it is opened. */
import type { LatchRecord } from "../contract/records/fleet-records.ts";
import { latchRecordSchema } from "../contract/records/fleet-records.ts";
import { fleetKeys } from "../contract/records/keys.ts";
import type { ObjectStore } from "../ports.ts";
import type { RecordPorts } from "../records/records.ts";
import { readRecord, updateRecord } from "../records/records.ts";

/** @returns null before the first stop. */
export const readLatch = async (store: ObjectStore): Promise<LatchRecord | null> =>
  (await readRecord(store, fleetKeys.latch, latchRecordSchema))?.value ?? null;

/** @throws StoreError: who cannot read the latch must not launch */
export const latchIsClosed = async (store: ObjectStore): Promise<boolean> =>
  (await readLatch(store))?.closed ?? false;

/**
 * The latch is dated when the store has answered, by its time: open launches are given up so long after that.
 * @returns the latch as it is afterwards: if it was already closed, it keeps its stop
 */
export async function closeLatch(ports: RecordPorts, closed: LatchRecord): Promise<LatchRecord> {
  const stored = await updateRecord(ports, fleetKeys.latch, latchRecordSchema, (current) =>
    current?.closed === true ? null : { ...closed, changed_at: now(ports) },
  );
  return stored ?? closed;
}

/** The latch still names its last stop. @returns the latch as it is afterwards; null before the first stop */
export function openLatch(ports: RecordPorts, by: string): Promise<LatchRecord | null> {
  return updateRecord(ports, fleetKeys.latch, latchRecordSchema, (current) =>
    current?.closed === true ? { ...current, closed: false, changed_at: now(ports), changed_by: by } : null,
  );
}

const now = ({ clock }: RecordPorts): string => new Date(clock.nowMs()).toISOString();
