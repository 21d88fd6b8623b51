/** The second pass over an upload: sends its items to their queue, chunk by chunk. */
import type { StageConfig } from "../../config.ts";
import type { BatchRecord } from "../../contract/records/batch-records.ts";
import { itemsPerChunk } from "../../contract/records/keys.ts";
import type { Queueing } from "../../contract/records/upload-records.ts";
import { latchIsClosed } from "../../interlock/latch.ts";
import { wakeLauncher } from "../../interlock/wake-launcher.ts";
import { endOfUnbegun } from "../orders/unwanted.ts";
import { chunksOf, readControl, readItems } from "../progress/batch-files.ts";
import { deliver } from "../queue/deliver.ts";
import { giveExisting } from "../submit/give-existing.ts";
import { queuedMessages } from "../queue/queue-room.ts";
import type { ExpandPorts, Pass } from "./pass.ts";

/** Uploads leave a part of the queue free: a small batch that comes later is not refused because of them. */
const shareOfUploads = 0.8;

/**
 * `unwanted`: it is canceled or expired, so no more is sent. The others are pauses: the service is stopped, the batch is
 * held by its budget, the queue is full, or the function's time is over.
 */
export type QueueResult = "queued" | "unwanted" | "stopped" | "held" | "queue_full" | "no_time";

/** @param untilMs no chunk is begun after this time */
export async function queueItems(
  { run, batch, ports, settings }: Pass,
  from: Queueing,
  untilMs: number,
): Promise<QueueResult> {
  const model = settings.models.find(({ id }) => id === batch.model);
  let state = from;
  for (const chunk of chunksOf(from.total).slice(from.sent_chunks)) {
    const pause = await reasonToEnd(batch, ports, settings, untilMs);
    if (pause !== null) return pause;
    // A run that died may have sent this chunk, or a part of it.
    const resent = run.isTakeover && chunk === from.sent_chunks;
    const items = await readItems(ports.store, batch.id, chunk);
    const left = await giveExisting(ports, batch, model, items, untilMs);
    if (left.length > 0) await deliver(ports, batch, left, resent);
    state = await run.note({ ...state, sent_chunks: chunk + 1 });
    if (chunk === from.sent_chunks) await wakeLauncher(ports);
  }
  return "queued";
}

async function reasonToEnd(
  batch: BatchRecord,
  ports: ExpandPorts,
  settings: StageConfig,
  untilMs: number,
): Promise<Exclude<QueueResult, "queued"> | null> {
  if (ports.clock.nowMs() >= untilMs) return "no_time";
  const control = await readControl(ports.store, batch.id);
  if (endOfUnbegun({ batch, control }, ports.clock.nowMs()) !== null) return "unwanted";
  if (control !== null && control.held !== null) return "held";
  if (await latchIsClosed(ports.store)) return "stopped";
  const most = Math.max(0, settings.limits.queued_items * shareOfUploads - itemsPerChunk);
  const queued = await queuedMessages(ports, settings, most);
  return queued > most ? "queue_full" : null;
}
