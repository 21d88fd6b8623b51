/** What batches ask of the fleet. */
import type { Speed } from "../contract/api/parameters.ts";
import type { BatchId } from "../contract/ids.ts";

/** The open part of one batch, as the fleet plans with it. */
export interface OpenWork {
  readonly batchId: BatchId;
  readonly model: string;
  readonly speed: Speed;
  readonly submittedMs: number;
  readonly deadlineMs: number;
  /** Items without an outcome, running ones included. */
  readonly openItems: number;
  /** Audio still to be made, without what running items have already made. */
  readonly openAudioSeconds: number;
  /** Null: the batch has no cost limit. */
  readonly budget: BatchBudget | null;
}

/** What a batch may cost, and what it has cost so far. */
export interface BatchBudget {
  readonly batchId: BatchId;
  readonly maxUsd: number;
  readonly spentUsd: number;
  /** How many of its items machines have begun. */
  readonly itemsInHand: number;
  /** It was held at the last tick. */
  readonly isHeld: boolean;
}

export const isSpent = ({ spentUsd, maxUsd }: BatchBudget): boolean => spentUsd >= maxUsd;

export const goesOn = "a higher budget continues it";

/** A sentence for the batch's owner. */
export const whySpent = ({ spentUsd, maxUsd }: BatchBudget): string =>
  `${spentUsd.toFixed(4)} USD is spent, and the batch may cost ${maxUsd} USD: ${goesOn}`;
