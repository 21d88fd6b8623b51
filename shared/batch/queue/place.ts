/**
 * Where an item waits: in which queue of its model, and with which others it shares a turn there. Pure
 * (docs/decisions/0046).
 */
import { firstItems, tiers, type Tier } from "../../contract/tiers.ts";
import type { BatchRecord } from "../../contract/records/batch-records.ts";
import { chunkOf } from "../../contract/records/keys.ts";

const tiersBehind = { high: -1, normal: 0, low: 1 } as const;

export function tierOf({ speed, priority }: Pick<BatchRecord, "speed" | "priority">, index: number): Tier {
  const bySpeed = speed === "fast" ? 0 : 1;
  const place = bySpeed + (index < firstItems ? 0 : 1) + tiersBehind[priority];
  return tiers[Math.min(Math.max(place, 0), tiers.length - 1)] ?? "bulk";
}

/**
 * SQS shares a queue out by group. The first items of each batch are a group of their own. The rest is shared out by
 * owner, so that ten batches get no more than one. An owner has two such groups, so that a batch of some hundred items
 * does not wait for the owner's own batch of 50,000.
 * @see SQS developer guide, "How Amazon SQS fair queues work"
 */
export function groupOf({ id, owner }: Pick<BatchRecord, "id" | "owner">, index: number): string {
  if (index < firstItems) return id;
  return `${owner}/${chunkOf(index) === 0 ? "early" : "late"}`;
}
