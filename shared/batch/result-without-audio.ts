import type { ResultRecord } from "../contract/batch-records.ts";
import { itemIdOf, type BatchId, type InstanceId } from "../contract/ids.ts";
import type { Clock, Random } from "../ports.ts";

export interface ItemAddress {
  readonly batch_id: BatchId;
  readonly index: number;
  readonly custom_id: string | null;
}

/** The result of an item without a clip, and of one before its clip. @param instanceId of whoever ends it; null: no machine */
export function resultWithoutAudio(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  instanceId: InstanceId | null,
  { batch_id, index, custom_id }: ItemAddress,
  outcome: ResultRecord["outcome"],
  error: ResultRecord["error"],
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
  };
}
