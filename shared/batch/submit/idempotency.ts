/** Ensures that a repeated submit with the same `Idempotency-Key` makes no second batch. */
import {
  idempotencyRecordSchema,
  type BatchRecord,
  type ReservedBatch,
} from "../../contract/records/batch-records.ts";
import { batchIdOf, type BatchId } from "../../contract/ids.ts";
import { indexKeys } from "../../contract/records/keys.ts";
import { createRecord, readRecord, type RecordPorts } from "../../records/records.ts";
import { readBatch } from "../progress/batch-files.ts";

/** An `Idempotency-Key` and its body, both as SHA-256. */
export interface Idempotency {
  readonly keySha256: string;
  readonly bodySha256: string;
}
/** The batch that a submit is about to write, and when it was first requested. */
export interface Reservation {
  readonly kind: "reserved";
  readonly batchId: BatchId;
  readonly submittedAt: string;
}
export type EarlierSubmit =
  | { readonly kind: "none" }
  /** An earlier submit with the same key did not finish writing its batch: this one finishes it. */
  | Reservation
  | { readonly kind: "replayed"; readonly batch: BatchRecord }
  /** The batch of that key was deleted. */
  | { readonly kind: "deleted" }
  | { readonly kind: "key_reused" }
  | { readonly kind: "in_progress" };

/** An earlier submit that is older than this has ended, finished or not: the function's time limit is shorter. */
const submitLimitMs = 30_000;

/** The outcome of an earlier submit with the same key. */
export async function earlierSubmit(
  ports: RecordPorts,
  owner: string,
  idempotency: Idempotency,
): Promise<EarlierSubmit> {
  const key = indexKeys.idempotency(owner, idempotency.keySha256);
  const record = (await readRecord(ports.store, key, idempotencyRecordSchema))?.value;
  if (record === undefined) return { kind: "none" };
  // The key was used on another route, so it belongs to a different request.
  if (!("batch_id" in record) || record.body_sha256 !== idempotency.bodySha256) return { kind: "key_reused" };
  const batch = await readBatch(ports.store, record.batch_id);
  if (batch !== null) return batch.deleted_at === null ? { kind: "replayed", batch } : { kind: "deleted" };
  if (ports.clock.nowMs() - Date.parse(record.at) < submitLimitMs) return { kind: "in_progress" };
  return { kind: "reserved", batchId: record.batch_id, submittedAt: record.at };
}

/** Draws a batch id and stores who it is for, so that the same key never makes a second batch. */
export async function reserveBatch(
  ports: RecordPorts,
  owner: string,
  idempotency: Idempotency | null,
): Promise<Reservation | { readonly kind: "in_progress" }> {
  const nowMs = ports.clock.nowMs();
  const batchId = batchIdOf(ports.random.ulid(nowMs));
  const submittedAt = new Date(nowMs).toISOString();
  if (idempotency !== null) {
    const key = indexKeys.idempotency(owner, idempotency.keySha256);
    const record: ReservedBatch = {
      v: 1,
      body_sha256: idempotency.bodySha256,
      batch_id: batchId,
      at: submittedAt,
    };
    if ((await createRecord(ports.store, key, record)).kind === "exists") return { kind: "in_progress" };
  }
  return { kind: "reserved", batchId, submittedAt };
}
