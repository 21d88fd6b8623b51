/** Ends items that no worker ends: canceled, expired or failed ones. */
import type { BatchRecord, ProgressRecord, ResultRecord } from "../../contract/records/batch-records.ts";
import { batchKeys } from "../../contract/records/keys.ts";
import type { ItemEvent } from "../../contract/messages.ts";
import { createRecord, type RecordPorts } from "../../records/records.ts";
import { byChunk, readItems } from "./batch-files.ts";
import { foldBatch, type FoldPorts } from "./fold.ts";
import { resultWithoutAudio, type ItemAddress } from "./result-without-audio.ts";
import { inParallel } from "../../flow/in-parallel.ts";

/** How an item ends that no worker ends. */
export type Closing =
  | { readonly outcome: "canceled" | "expired" }
  | {
      readonly outcome: "failed";
      readonly error: NonNullable<ResultRecord["error"]>;
      readonly interruptions: number;
      readonly spent: ResultRecord["spent"];
    };

const writesAtOnce = 32;
/** At most this many in one request, each a write; the reconciler continues with the rest. */
export const closedInARequest = 1_000;
/** A cancel is answered within 29 s (serverless.yml). What is not closed by then, the reconciler closes. */
const closeForMs = 10_000;

/**
 * Gives items an outcome without a clip. If a worker commits first, its result wins, and its own event reports it.
 * @param most of them that are closed now
 * @returns progress afterwards; null when nothing was closed
 */
export async function closeItems(
  ports: FoldPorts,
  batch: BatchRecord,
  indices: readonly number[],
  closingOf: (index: number) => Closing | Promise<Closing>,
  most = closedInARequest,
): Promise<ProgressRecord | null> {
  const closed: ItemEvent[] = [];
  const untilMs = ports.clock.nowMs() + closeForMs;
  for (const [chunk, own] of byChunk(indices.slice(0, most))) {
    const items = new Map((await readItems(ports.store, batch.id, chunk)).map((item) => [item.index, item]));
    const events = await inParallel(own, writesAtOnce, async (index) => {
      if (ports.clock.nowMs() >= untilMs) return null;
      const item = { batch_id: batch.id, index, custom_id: items.get(index)?.custom_id ?? null };
      return closeItem(ports, item, await closingOf(index));
    });
    closed.push(...events.filter((event) => event !== null));
  }
  return closed.length === 0 ? null : foldBatch(batch.id, closed, ports);
}

async function closeItem(ports: RecordPorts, item: ItemAddress, closing: Closing): Promise<ItemEvent | null> {
  const { batch_id, index } = item;
  const result = resultOf(ports, item, closing);
  const outcome = await createRecord(ports.store, batchKeys.result(batch_id, index), result);
  return outcome.kind === "exists"
    ? null
    : { type: "finished", batch_id, index, at: result.finished_at, result };
}

function resultOf(ports: RecordPorts, item: ItemAddress, closing: Closing): ResultRecord {
  const { outcome } = closing;
  if (outcome !== "failed")
    return resultWithoutAudio(ports, item, { instanceId: null, outcome, error: null });
  const { error, interruptions, spent } = closing;
  return { ...resultWithoutAudio(ports, item, { instanceId: null, outcome, error }), interruptions, spent };
}
