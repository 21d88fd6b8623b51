/**
 * `batches/{id}/attempts/{index}.json`: the attempts of an item that did not succeed, and how many an item may have.
 */
import type { AttemptsRecord, ResultRecord } from "../../contract/records/batch-records.ts";
import { attemptsRecordSchema } from "../../contract/records/batch-records.ts";
import { batchKeys } from "../../contract/records/keys.ts";
import type { JobMessage } from "../../contract/messages.ts";
import type { ObjectStore } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import { readRecord, updateRecord } from "../../records/records.ts";
import { plus, type Spent } from "../../billing/engine-time.ts";

type Address = Pick<JobMessage, "batch_id" | "index">;
export interface AttemptLimits {
  readonly max_failures_per_item: number;
  readonly max_interruptions_per_item: number;
}

export const noAttempts: AttemptsRecord = {
  v: 1,
  failures: [],
  interruptions: 0,
  interrupted_steps: 0,
  spent: [],
};
const keyOf = (item: Address): string => batchKeys.attempts(item.batch_id, item.index);

export async function readAttempts(store: ObjectStore, item: Address): Promise<AttemptsRecord> {
  return (await readRecord(store, keyOf(item), attemptsRecordSchema))?.value ?? noAttempts;
}

/**
 * @param how.countsOnce a failure with the same detail is the same failure and is counted once
 * @param how.own what the attempt took
 * @returns the record with this failure added
 */
export const addFailure = (
  ports: RecordPorts,
  item: Address,
  failure: AttemptsRecord["failures"][number],
  how: { readonly countsOnce: true } | { readonly own: Spent[number] },
): Promise<AttemptsRecord> =>
  change(ports, item, (past) =>
    "countsOnce" in how && past.failures.some(({ detail }) => detail === failure.detail)
      ? null
      : {
          ...past,
          failures: [...past.failures, failure],
          spent: "own" in how ? plus(past.spent, how.own) : past.spent,
        },
  );

/** @returns the record with this interruption added. @param made what the attempt has made, and what it took */
export const addInterruption = (
  ports: RecordPorts,
  item: Address,
  made: { readonly steps: number; readonly own: Spent[number] },
): Promise<AttemptsRecord> =>
  change(ports, item, (past) => ({
    ...past,
    interruptions: past.interruptions + 1,
    interrupted_steps: past.interrupted_steps + made.steps,
    spent: plus(past.spent, made.own),
  }));

/** Why an item gets no further attempt; null while it may have one. Pure. */
export function lastWord(
  { failures, interruptions }: AttemptsRecord,
  limits: AttemptLimits,
): ResultRecord["error"] {
  const last = failures.at(-1);
  if (last !== undefined && failures.length >= limits.max_failures_per_item) {
    const detail = `${failures.length} attempts failed, the last with ${last.code}: ${last.detail}`;
    return { code: "too_many_failures", detail };
  }
  if (interruptions > limits.max_interruptions_per_item)
    return { code: "interruption_limit", detail: `its attempts were interrupted ${interruptions} times` };
  return null;
}

async function change(
  ports: RecordPorts,
  item: Address,
  next: (past: AttemptsRecord) => AttemptsRecord | null,
): Promise<AttemptsRecord> {
  const stored = await updateRecord(ports, keyOf(item), attemptsRecordSchema, (past) =>
    next(past ?? noAttempts),
  );
  return stored ?? noAttempts;
}
