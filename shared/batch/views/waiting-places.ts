/**
 * Limits how many requests may wait for a change at once, over all functions. Each waiting request occupies a function,
 * and a new AWS account may run only ten at once.
 */
import { waitsRecordSchema, type WaitsRecord } from "../../contract/records/batch-records.ts";
import { waitsKey } from "../../contract/records/keys.ts";
import { ContentionError, updateRecord, type RecordPorts } from "../../records/records.ts";
import { StoreError } from "../../ports.ts";

export interface WaitingPlace {
  /** Gives the place back. If the function dies before, the place is free again when its time is over. */
  leave(): Promise<void>;
}

/** @returns null when the limit is reached, or when that cannot be read */
export async function takePlace(
  ports: RecordPorts,
  most: number,
  untilMs: number,
): Promise<WaitingPlace | null> {
  const nowMs = ports.clock.nowMs();
  const name = ports.random.ulid(nowMs);
  const until = new Date(untilMs).toISOString();
  const waits = await change(ports, ({ waits: current }) => {
    const left = Object.fromEntries(Object.entries(current).filter(([, end]) => Date.parse(end) > nowMs));
    return Object.keys(left).length < most ? { ...left, [name]: until } : null;
  });
  if (waits?.waits[name] === undefined) return null;
  return {
    leave: async () => {
      await change(ports, ({ waits: { [name]: _own, ...others } }) => others);
    },
  };
}

/** Waiting is optional: if the store does not take the change, the request must not fail. */
async function change(
  ports: RecordPorts,
  next: (current: WaitsRecord) => WaitsRecord["waits"] | null,
): Promise<WaitsRecord | null> {
  try {
    return await updateRecord(ports, waitsKey, waitsRecordSchema, (current) => {
      const waits = next(current ?? { v: 1, waits: {} });
      return waits === null ? null : { v: 1, waits };
    });
  } catch (error) {
    if (error instanceof StoreError || error instanceof ContentionError) return null;
    throw error;
  }
}
