/** The end of `retain_days`: a batch is deleted this many days after its end. */
import { batchIdSchema, type BatchId } from "../../contract/ids.ts";
import { indexKeys } from "../../contract/records/keys.ts";
import { createRecord, type RecordPorts } from "../../records/records.ts";
import { readState, type BatchState } from "../progress/batch-files.ts";
import { deleteBatch } from "../orders/delete-batch.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Retention is counted in days, so one look an hour is enough, and costs a sixtieth of a look a minute. */
const minutesBetweenLooks = 60;
const lookedAtOnce = 1000;

/** A reminder that is due. */
export interface Retained {
  readonly key: string;
  readonly batchId: BatchId;
}

/** The first reminders that are due; none, except once an hour. */
export async function readRetained(
  { store }: Pick<RecordPorts, "store">,
  nowMs: number,
): Promise<readonly Retained[]> {
  if (Math.floor(nowMs / minuteMs) % minutesBetweenLooks !== 0) return [];
  const { objects } = await store.list(indexKeys.retainedPrefix, { limit: lookedAtOnce });
  return objects.flatMap(({ key }) => {
    const [due = "", id] = key.slice(indexKeys.retainedPrefix.length).split("-");
    const batchId = batchIdSchema.safeParse(id).data;
    return batchId === undefined || Number(due) > nowMs ? [] : [{ key, batchId }];
  });
}

/** The reminder was written at the submit, for an estimated end. The batch may still be open, or have ended later. */
export async function endRetention(ports: RecordPorts, { key, batchId }: Retained): Promise<void> {
  const nowMs = ports.clock.nowMs();
  const state = await readState(ports.store, batchId);
  const dueMs = state === null ? null : dueOf(state, nowMs);
  if (state !== null && dueMs !== null) {
    if (dueMs > nowMs) await createRecord(ports.store, indexKeys.retained(dueMs, batchId), {});
    else await deleteBatch(state.batch, ports);
  }
  await ports.store.delete(key);
}

/** @returns null when it is already deleted, or is kept for ever */
function dueOf({ batch, progress }: BatchState, nowMs: number): number | null {
  if (batch.retain_days === null || batch.deleted_at !== null) return null;
  const keptMs = batch.retain_days * dayMs;
  return progress.ended_at === null ? nowMs + keptMs : Date.parse(progress.ended_at) + keptMs;
}
