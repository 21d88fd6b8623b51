import {
  attemptsRecordSchema,
  type AttemptsRecord,
  type BatchRecord,
  type ItemRecord,
} from "../contract/batch-records.ts";
import { batchKeys, chunkOf } from "../contract/keys.ts";
import { jobAddressSchema, jobMessageSchema } from "../contract/messages.ts";
import type { StageConfig } from "../config.ts";
import { updateRecord } from "../records/records.ts";
import { readBatch, readItems } from "./batch-files.ts";
import { closeItems, type Closing } from "./close-items.ts";
import { sendJobs } from "./job-messages.ts";
import type { ReconcilePorts } from "./reconcile-ports.ts";

/** A message that was handed out too often. */
export interface DeadLetter {
  readonly id: string;
  readonly body: string;
}
export type SecondLook =
  /** It names no item of ours, or one that has its result. */
  | { readonly kind: "dropped"; readonly why: "not_an_item" | "no_such_item" | "has_result" }
  | { readonly kind: "sent_again" }
  | { readonly kind: "failed" };
type AttemptLimits = Pick<StageConfig["worker"], "max_failures_per_item" | "max_interruptions_per_item">;

/** A dead letter is a failure of its item, as an attempt that ended in the open is. */
export async function secondLook(
  letter: DeadLetter,
  ports: ReconcilePorts,
  limits: AttemptLimits,
): Promise<SecondLook> {
  const json = jsonOf(letter.body);
  const address = jobAddressSchema.safeParse(json);
  if (!address.success) return { kind: "dropped", why: "not_an_item" };
  const { batch_id: batchId, index } = address.data;
  const batch = await readBatch(ports.store, batchId);
  if (batch === null || index >= batch.total) return { kind: "dropped", why: "no_such_item" };
  if (await ports.store.exists(batchKeys.result(batchId, index)))
    return { kind: "dropped", why: "has_result" };
  const closing = jobMessageSchema.safeParse(json).success
    ? verdict(await noteFailure(ports, batch, index, letter), limits)
    : malformed;
  if (closing === null) {
    await sendJobs(ports.jobQueues, batch, await itemAt(ports, batch, index), true);
    return { kind: "sent_again" };
  }
  await closeItems(ports, batch, [index], closing);
  return { kind: "failed" };
}

const malformed: Closing = {
  outcome: "failed",
  error: { code: "malformed_message", detail: "the item's message did not fit its schema" },
  interruptions: 0,
};

/** Counted once, however often Lambda hands the letter to us. */
async function noteFailure(
  ports: ReconcilePorts,
  batch: BatchRecord,
  index: number,
  { id }: DeadLetter,
): Promise<AttemptsRecord> {
  const at = new Date(ports.clock.nowMs()).toISOString();
  const detail = `its message ${id} was handed out too often without an outcome`;
  const failure = { at, code: "dead_letter", detail };
  const first: AttemptsRecord = { v: 1, failures: [failure], interruptions: 0, interrupted_steps: 0 };
  const key = batchKeys.attempts(batch.id, index);
  const stored = await updateRecord(ports, key, attemptsRecordSchema, (current) => {
    if (current === null) return first;
    if (current.failures.some((earlier) => earlier.detail === detail)) return null;
    return { ...current, failures: [...current.failures, failure] };
  });
  return stored ?? first;
}

/** @returns null while attempts are left. */
function verdict({ failures, interruptions }: AttemptsRecord, limits: AttemptLimits): Closing | null {
  if (failures.length >= limits.max_failures_per_item) {
    const detail = `failed ${failures.length} times, the last time so: ${failures.at(-1)?.detail ?? ""}`;
    return { outcome: "failed", error: { code: "too_many_failures", detail }, interruptions };
  }
  if (interruptions >= limits.max_interruptions_per_item) {
    const detail = `was interrupted ${interruptions} times`;
    return { outcome: "failed", error: { code: "interruption_limit", detail }, interruptions };
  }
  return null;
}

async function itemAt(
  { store }: ReconcilePorts,
  batch: BatchRecord,
  index: number,
): Promise<readonly ItemRecord[]> {
  const items = await readItems(store, batch.id, chunkOf(index));
  return items.filter((item) => item.index === index);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not ours, then: the schema refuses it by name.
    return undefined;
  }
}
