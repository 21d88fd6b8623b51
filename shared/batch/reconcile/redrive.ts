/** Decides what becomes of a message that was received too often. */
import type { AttemptsRecord, BatchRecord, ItemRecord } from "../../contract/records/batch-records.ts";
import { jsonOf } from "../../contract/json.ts";
import { batchKeys, chunkOf } from "../../contract/records/keys.ts";
import { jobAddressSchema, jobMessageSchema } from "../../contract/messages.ts";
import { addFailure, lastWord, type AttemptLimits } from "../progress/attempts.ts";
import { readBatch, readItems } from "../progress/batch-files.ts";
import { closeItems, type Closing } from "../progress/close-items.ts";
import { deliver, type DeliveryPorts } from "../queue/deliver.ts";

/** A message that was received too often. */
export interface DeadLetter {
  readonly id: string;
  readonly body: string;
}
export type Redrive =
  /** It names no item of ours, or one that already has its result. */
  | { readonly kind: "dropped"; readonly why: "not_an_item" | "no_such_item" | "has_result" }
  | { readonly kind: "sent_again" }
  | { readonly kind: "failed" };

/** A dead letter counts as a failed attempt of its item. */
export async function redrive(
  letter: DeadLetter,
  ports: DeliveryPorts,
  limits: AttemptLimits,
): Promise<Redrive> {
  const json = jsonOf(letter.body);
  const address = jobAddressSchema.safeParse(json);
  if (!address.success) return { kind: "dropped", why: "not_an_item" };
  const { batch_id: batchId, index } = address.data;
  const batch = await readBatch(ports.store, batchId);
  if (batch === null || batch.deleted_at !== null || index >= batch.total)
    return { kind: "dropped", why: "no_such_item" };
  if (await ports.store.exists(batchKeys.result(batchId, index)))
    return { kind: "dropped", why: "has_result" };
  const closing = jobMessageSchema.safeParse(json).success
    ? verdict(await noteFailure(ports, batch, index, letter), limits)
    : malformed;
  if (closing === null) {
    const failed = await deliver(ports, batch, await itemAt(ports, batch, index), true);
    return { kind: failed === null ? "sent_again" : "failed" };
  }
  await closeItems(ports, batch, [index], () => closing);
  return { kind: "failed" };
}

const malformed: Closing = {
  outcome: "failed",
  error: { code: "malformed_message", detail: "the item's message did not fit its schema" },
  interruptions: 0,
  spent: [],
};

/** Counted once, however often Lambda receives the letter. */
function noteFailure(
  ports: DeliveryPorts,
  batch: BatchRecord,
  index: number,
  { id }: DeadLetter,
): Promise<AttemptsRecord> {
  const at = new Date(ports.clock.nowMs()).toISOString();
  const detail = `its message ${id} was received too often without an outcome`;
  const failure = { at, code: "dead_letter", detail };
  return addFailure(ports, { batch_id: batch.id, index }, failure, { countsOnce: true });
}

/** @returns null while attempts are left */
function verdict(past: AttemptsRecord, limits: AttemptLimits): Closing | null {
  const error = lastWord(past, limits);
  const { interruptions, spent } = past;
  return error === null ? null : { outcome: "failed", error, interruptions, spent };
}

async function itemAt(
  { store }: DeliveryPorts,
  batch: BatchRecord,
  index: number,
): Promise<readonly ItemRecord[]> {
  const items = await readItems(store, batch.id, chunkOf(index));
  return items.filter((item) => item.index === index);
}
