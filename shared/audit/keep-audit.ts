/** Writes the record of an act, after it: append-only, one write. */
import type { AuditAction, AuditActor, AuditRecord } from "../contract/records/audit-records.ts";
import { auditIdOf, auditKeys } from "../contract/records/keys.ts";
import { createRecord, type RecordPorts } from "../records/records.ts";
import { type Log, StoreError } from "../ports.ts";

export interface AuditPorts extends RecordPorts {
  readonly log: Log;
}

export interface Act extends Pick<AuditRecord, "request_id" | "subject" | "outcome" | "code" | "details"> {
  readonly action: AuditAction;
  readonly by: AuditActor;
}

/**
 * If the store does not take the record, it is in the log: the act is done all the same.
 * @param mostMs the store has to answer within this time; null: within its own
 */
export async function keepAudit(
  act: Act,
  ports: AuditPorts,
  mostMs: number | null,
): Promise<"kept" | "lost"> {
  const nowMs = ports.clock.nowMs();
  const id = auditIdOf(nowMs, ports.random.ulid(nowMs));
  const record: AuditRecord = { v: 1, id, at: new Date(nowMs).toISOString(), ...act };
  const kept = await writtenInTime(record, ports, mostMs);
  if (!kept) ports.log.error("could not store a record of the audit; this line is the record", { record });
  return kept ? "kept" : "lost";
}

async function writtenInTime(
  record: AuditRecord,
  { store, clock }: AuditPorts,
  mostMs: number | null,
): Promise<boolean> {
  const { id, action, by } = record;
  const key = auditKeys.record(id, action, by.kind === "key" ? by.owner : null);
  const over = new AbortController();
  try {
    const written = createRecord(store, key, record).then(() => true);
    if (mostMs === null) return await written;
    return await Promise.race([written, clock.sleep(mostMs, over.signal).then(() => false)]);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return false;
  } finally {
    over.abort();
  }
}
