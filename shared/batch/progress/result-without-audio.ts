/** Results of items without a clip. */
import type { ResultRecord } from "../../contract/records/batch-records.ts";
import { itemIdOf, type BatchId, type InstanceId } from "../../contract/ids.ts";
import type { Clock, Random } from "../../ports.ts";

export interface ItemAddress {
  readonly batch_id: BatchId;
  readonly index: number;
  readonly custom_id: string | null;
}

export interface Ending {
  /** The machine that ended the item; null: none did. */
  readonly instanceId: InstanceId | null;
  readonly outcome: ResultRecord["outcome"];
  readonly error: ResultRecord["error"];
}

/** The result of an item that has no clip, or does not have it yet. */
export function resultWithoutAudio(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { batch_id, index, custom_id }: ItemAddress,
  { instanceId, outcome, error }: Ending,
): ResultRecord {
  const nowMs = clock.nowMs();
  return {
    v: 1,
    batch_id,
    item_id: itemIdOf(batch_id, index),
    index,
    custom_id,
    outcome,
    attempt: 0,
    nonce: random.ulid(nowMs),
    instance_id: instanceId,
    finished_at: new Date(nowMs).toISOString(),
    audio: null,
    error,
    provenance: null,
    gpu_seconds: 0,
    steps: 0,
    interruptions: 0,
    spent: [],
    reused_from: null,
  };
}
