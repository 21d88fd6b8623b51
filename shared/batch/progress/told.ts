/** What webhooks are told of a batch and its items. */
import type { WebhookEvent } from "../../contract/api/webhook-events.ts";
import type { ProgressRecord, ResultRecord } from "../../contract/records/batch-records.ts";
import type { BatchId } from "../../contract/ids.ts";
import { tell } from "../../webhooks/tell.ts";
import type { TellPorts } from "../../webhooks/webhook-ports.ts";
import { readBatch } from "./batch-files.ts";
import { countsOf, outcomeOfBatch } from "./progress.ts";

/** Told again with every fold of the same results, for the fold before may have died: the ids stay the same. */
export const tellOfItems = (
  batchId: BatchId,
  results: readonly ResultRecord[],
  ports: TellPorts,
): Promise<void> => tellOwner(batchId, results.flatMap(itemEvent), ports);

export const tellOfEnd = (progress: ProgressRecord, endedAt: string, ports: TellPorts): Promise<void> =>
  tellOwner(progress.batch_id, [endEvent(progress, endedAt)], ports);

async function tellOwner(id: BatchId, events: readonly WebhookEvent[], ports: TellPorts): Promise<void> {
  if (events.length === 0) return;
  const batch = await readBatch(ports.store, id);
  if (batch !== null) await tell(batch.owner, events, ports, batch.webhook);
}

function itemEvent(result: ResultRecord): WebhookEvent[] {
  const { item_id, batch_id, index, custom_id, outcome, audio, error, finished_at: timestamp } = result;
  const item = { item_id, batch_id, index, custom_id };
  const id = `${item_id}:${outcome}`;
  if (outcome === "succeeded") {
    const data = { ...item, duration_seconds: audio?.duration_seconds ?? 0 };
    return [{ id, body: { type: "item.succeeded", timestamp, data } }];
  }
  return outcome === "failed"
    ? [{ id, body: { type: "item.failed", timestamp, data: { ...item, error } } }]
    : [];
}

function endEvent(progress: ProgressRecord, endedAt: string): WebhookEvent {
  const { queued: _queued, running: _running, ...counts } = countsOf(progress);
  const { batch_id, audio_seconds } = progress;
  return {
    id: `${batch_id}:ended`,
    body: {
      type: "batch.ended",
      timestamp: endedAt,
      data: { batch_id, outcome: outcomeOfBatch(progress), counts, audio_seconds },
    },
  };
}
