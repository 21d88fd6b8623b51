/** What attempts at an item that did not succeed leave in the bucket. */
import type { AttemptsRecord } from "../../shared/contract/batch-records.ts";
import { attemptsRecordSchema } from "../../shared/contract/batch-records.ts";
import { batchKeys } from "../../shared/contract/keys.ts";
import type { JobMessage } from "../../shared/contract/messages.ts";
import type { ObjectStore } from "../../shared/ports.ts";
import type { RecordPorts } from "../../shared/records/records.ts";
import { readRecord, updateRecord } from "../../shared/records/records.ts";

type Address = Pick<JobMessage, "batch_id" | "index">;

/** The engine process died while it made this item and no other. */
export const engineDiedCode = "engine_died";

export const noAttempts: AttemptsRecord = { v: 1, failures: [], interruptions: 0, interrupted_steps: 0 };
const keyOf = (item: Address): string => batchKeys.attempts(item.batch_id, item.index);

export async function readAttempts(store: ObjectStore, item: Address): Promise<AttemptsRecord> {
  return (await readRecord(store, keyOf(item), attemptsRecordSchema))?.value ?? noAttempts;
}

/** @returns the record with this failure in it */
export const addFailure = (
  ports: RecordPorts,
  item: Address,
  failure: AttemptsRecord["failures"][number],
): Promise<AttemptsRecord> =>
  change(ports, item, (past) => ({ ...past, failures: [...past.failures, failure] }));

/** @param steps that the interrupted attempt made  @returns the record with this interruption in it */
export const addInterruption = (ports: RecordPorts, item: Address, steps: number): Promise<AttemptsRecord> =>
  change(ports, item, (past) => ({
    ...past,
    interruptions: past.interruptions + 1,
    interrupted_steps: past.interrupted_steps + steps,
  }));

async function change(
  ports: RecordPorts,
  item: Address,
  next: (past: AttemptsRecord) => AttemptsRecord,
): Promise<AttemptsRecord> {
  const stored = await updateRecord(ports, keyOf(item), attemptsRecordSchema, (past) =>
    next(past ?? noAttempts),
  );
  return stored ?? noAttempts;
}
