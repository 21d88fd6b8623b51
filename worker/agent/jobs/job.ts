import type { InstanceId, ItemId } from "../../../shared/contract/ids.ts";
import { itemIdOf } from "../../../shared/contract/ids.ts";
import type { JobMessage } from "../../../shared/contract/messages.ts";
import type { ReceiptHandle } from "../../../shared/ports.ts";
import type { Tier } from "../../../shared/contract/tiers.ts";
import type { Spent } from "../../../shared/billing/engine-time.ts";

/** A received message that is not done with. Shared with the callback of its lease. */
export interface Lease {
  readonly tier: Tier;
  /** null: the lease was lost, and another worker may have the message. */
  receiptHandle: ReceiptHandle | null;
}

/**
 * What is to become of a job. "make": make it. "cancel": its owner canceled it.
 * "release": it is not begun, and this worker is not to begin it.
 */
export type Wish = "make" | "cancel" | "release";

/** The engine died while it made this item alone. */
export const engineDiedCode = "engine_died";

/** One attempt at one item, from its lease to its commit or its release. */
export interface Job {
  readonly lease: Lease;
  readonly itemId: ItemId;
  readonly message: JobMessage;
  readonly attempt: number;
  /** How many attempts before this one were interrupted, and the decoder steps that they made. */
  readonly interruptions: number;
  readonly interruptedSteps: number;
  /** An engine died while it made this item: it is made alone, so that no other item suffers. */
  readonly suspect: boolean;
  /** The engine time of the attempts before this one, by machine. */
  readonly spent: Spent;
  /** The checkpoint of an earlier attempt, on this machine's disk; null: begin at the first step. */
  readonly resumePath: string | null;
  /** What the clip continues, on this machine's disk; null: nothing. */
  readonly sourcePath: string | null;
  /** null until the engine reports its first steps. `from`: the step of the first report. */
  progress: { readonly from: number; readonly step: number; readonly steps: number } | null;
  /** Engine time of this attempt; known when the engine is done with it. */
  gpuSeconds: number;
  wish: Wish;
}

export function newJob(
  lease: Lease,
  message: JobMessage,
  attempt: number,
  past: Pick<Job, "interruptions" | "interruptedSteps" | "suspect" | "spent" | "resumePath" | "sourcePath">,
): Job {
  const itemId = itemIdOf(message.batch_id, message.index);
  return { lease: lease, itemId, message, attempt, ...past, progress: null, gpuSeconds: 0, wish: "make" };
}

/**
 * No two attempts at an item have the same number, so neither overwrites the other's audio; a later one has a
 * higher number. It is the milliseconds since the submit and the low 12 bits of the machine's id. Not the receive
 * count: a message that is sent again begins at one.
 */
export const attemptNumber = (message: JobMessage, nowMs: number, instanceId: InstanceId): number =>
  Math.max(0, nowMs - Date.parse(message.submitted_at)) * 4096 + Number.parseInt(instanceId.slice(-3), 16);
