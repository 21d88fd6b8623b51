import {
  idempotencyRecordSchema,
  type BatchRecord,
  type ReservedBatch,
} from "../../contract/records/batch-records.ts";
import { batchIdOf, type BatchId } from "../../contract/ids.ts";
import { indexKeys } from "../../contract/records/keys.ts";
import { createRecord, readRecord, type RecordPorts } from "../../records/records.ts";
import { readBatch } from "../progress/batch-files.ts";

/** An `Idempotency-Key` and the body it came with, both as SHA-256. */
export interface Idempotency {
  readonly keySha256: string;
  readonly bodySha256: string;
}
/** The batch that a submit is about to write, and when it was first asked for. */
export interface Reservation {
  readonly kind: "reserved";
  readonly batchId: BatchId;
  readonly submittedAt: string;
}
export type EarlierSubmit =
  | { readonly kind: "none" }
  /** The same key came before, and that submit never got as far as its batch: finish it. */
  | Reservation
  | { readonly kind: "replayed"; readonly batch: BatchRecord }
  | { readonly kind: "key_reused" }
  | { readonly kind: "in_progress" };

/** A submit that is older than this is over, done or not: the function's time limit is shorter. */
const submitLimitMs = 30_000;

/** What an earlier submit with the same key came to. */
export async function earlierSubmit(
  ports: RecordPorts,
  owner: string,
  idempotency: Idempotency,
): Promise<EarlierSubmit> {
  const key = indexKeys.idempotency(owner, idempotency.keySha256);
  const record = (await readRecord(ports.store, key, idempotencyRecordSchema))?.value;
  if (record === undefined) return { kind: "none" };
  // Of another route, it was not this request's.
  if (!("batch_id" in record) || record.body_sha256 !== idempotency.bodySha256) return { kind: "key_reused" };
  const batch = await readBatch(ports.store, record.batch_id);
  if (batch !== null) return { kind: "replayed", batch };
  if (ports.clock.nowMs() - Date.parse(record.at) < submitLimitMs) return { kind: "in_progress" };
  return { kind: "reserved", batchId: record.batch_id, submittedAt: record.at };
}

/** Draw a batch id, and write down for whom, so that the same key never makes a second batch. */
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
