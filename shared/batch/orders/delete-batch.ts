/** A batch that has ended is deleted: from then on it is not there for its owner, and the reconciler erases it. */
import { batchRecordSchema, type BatchRecord } from "../../contract/records/batch-records.ts";
import { batchKeys, indexKeys } from "../../contract/records/keys.ts";
import { changeControl } from "../../interlock/control.ts";
import { createRecord, updateRecord, type RecordPorts } from "../../records/records.ts";
import { readProgress } from "../progress/batch-files.ts";
import { hideView } from "../progress/list-entry.ts";

export type DeleteResult = { readonly kind: "deleted"; readonly at: string } | { readonly kind: "open" };

/** @returns "open" while any of it may still be made */
export async function deleteBatch(batch: BatchRecord, ports: RecordPorts): Promise<DeleteResult> {
  if (batch.deleted_at !== null) return { kind: "deleted", at: batch.deleted_at };
  const { ended_at } = await readProgress(ports.store, batch);
  if (ended_at === null) return { kind: "open" };
  // First: whoever finds the reminder does all that is left of this.
  await createRecord(ports.store, indexKeys.deleted(batch.id), {});
  return { kind: "deleted", at: await hideBatch(batch, ports) };
}

/**
 * Take away what people wrote into the batch's record, and have workers that still find a message of it make nothing.
 * Owner and model stay, so that what it cost can be told.
 * @returns since when it is deleted
 */
export async function hideBatch(batch: BatchRecord, ports: RecordPorts): Promise<string> {
  const { id } = batch;
  await changeControl(ports, id, () => ({ cancel: "abort" }));
  const at = new Date(ports.clock.nowMs()).toISOString();
  const record = await updateRecord(ports, batchKeys.batch(id), batchRecordSchema, (current) =>
    current === null || current.deleted_at !== null
      ? null
      : { ...current, name: null, metadata: {}, input_errors: null, deleted_at: at },
  );
  // Last: the reconciler looks whether the batch is deleted after it has kept its view.
  await hideView(ports.store, batch);
  return record?.deleted_at ?? at;
}
