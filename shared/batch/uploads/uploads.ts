/** Uploads: files of items that clients send to the bucket themselves. Each becomes one batch at most. */
import type { ParameterChoice } from "../../contract/api/parameters.ts";
import { type BatchId, type UploadId, uploadIdOf } from "../../contract/ids.ts";
import { uploadKeys } from "../../contract/records/keys.ts";
import { uploadRecordSchema, type UploadRecord } from "../../contract/records/upload-records.ts";
import type { Etag, ObjectStore } from "../../ports.ts";
import { createRecord, readRecord, updateRecord, type RecordPorts } from "../../records/records.ts";
import { readBatch } from "../progress/batch-files.ts";

/** After this time an upload cannot be submitted. The bucket deletes it a day later (serverless/resources/bucket.yml). */
const lifeMs = 86_400_000;
/** A submit that is older than this has ended, finished or not: the function's time limit is shorter. */
const submitLimitMs = 30_000;

/** An upload whose file is there. */
export interface SubmittedUpload {
  readonly upload: UploadRecord;
  readonly etag: Etag;
  readonly defaults: ParameterChoice;
  readonly reuse: boolean | undefined;
}

export async function createUpload(
  { store, clock, random }: RecordPorts,
  owner: string,
  bytes: number,
): Promise<UploadRecord> {
  const nowMs = clock.nowMs();
  const upload: UploadRecord = {
    v: 1,
    id: uploadIdOf(random.ulid(nowMs)),
    owner,
    bytes,
    expires_at: new Date(nowMs + lifeMs).toISOString(),
    taken_by: null,
  };
  await createRecord(store, uploadKeys.record(upload.id), upload);
  return upload;
}

/** @returns null when there is none of that owner, or when it has expired */
export async function readUpload(
  { store, clock }: Pick<RecordPorts, "store" | "clock">,
  owner: string,
  id: UploadId,
): Promise<UploadRecord | null> {
  const upload = (await readRecord(store, uploadKeys.record(id), uploadRecordSchema))?.value;
  if (upload?.owner !== owner) return null;
  return Date.parse(upload.expires_at) > clock.nowMs() ? upload : null;
}

export type FileFault =
  | { readonly kind: "no_file" }
  /** The bucket did not hold the client to the size that was named. */
  | { readonly kind: "wrong_size"; readonly sizeBytes: number; readonly bytes: number };

export async function findFile(
  store: ObjectStore,
  { id, bytes }: UploadRecord,
): Promise<{ readonly kind: "there"; readonly etag: Etag } | FileFault> {
  const found = await store.getRange(uploadKeys.file(id), { from: 0, bytes: 1 }, null);
  if (found.kind !== "read") return { kind: "no_file" };
  const { sizeBytes, etag } = found;
  return sizeBytes === bytes ? { kind: "there", etag } : { kind: "wrong_size", sizeBytes, bytes };
}

/** The upload was submitted before: it is this batch. */
export interface UploadUsed {
  readonly kind: "upload_used";
  readonly batchId: BatchId;
}
export type TakenResult =
  | { readonly kind: "taken" }
  | UploadUsed
  /** Another submit of it has not finished. */
  | { readonly kind: "in_progress" };

/** @returns null while no submit of it was ever completed */
export async function batchOfUpload(store: ObjectStore, { taken_by }: UploadRecord): Promise<BatchId | null> {
  const batch = taken_by === null ? null : await readBatch(store, taken_by.batch_id);
  return batch?.id ?? null;
}

/** Makes an upload the items of one batch. A submit that never wrote its batch gives it free after a while. */
export async function takeUpload(ports: RecordPorts, id: UploadId, batchId: BatchId): Promise<TakenResult> {
  const key = uploadKeys.record(id);
  const upload = (await readRecord(ports.store, key, uploadRecordSchema))?.value;
  const known = upload?.taken_by ?? null;
  if (upload !== undefined && known !== null && known.batch_id !== batchId) {
    const usedBy = await batchOfUpload(ports.store, upload);
    if (usedBy !== null) return { kind: "upload_used", batchId: usedBy };
    if (ports.clock.nowMs() - Date.parse(known.at) < submitLimitMs) return { kind: "in_progress" };
  }
  const taken_by = { batch_id: batchId, at: new Date(ports.clock.nowMs()).toISOString() };
  const stored = await updateRecord(ports, key, uploadRecordSchema, (current) =>
    current === null || current.taken_by?.at !== known?.at ? null : { ...current, taken_by },
  );
  return stored?.taken_by?.batch_id === batchId ? { kind: "taken" } : { kind: "in_progress" };
}
