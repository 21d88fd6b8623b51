/** What batches ask of the fleet. */
import type { Speed } from "../contract/api/parameters.ts";
import type { BatchId } from "../contract/ids.ts";

/** The open part of one batch, as far as the fleet plans by it. */
export interface OpenWork {
  readonly batchId: BatchId;
  readonly model: string;
  readonly speed: Speed;
  readonly submittedMs: number;
  readonly deadlineMs: number;
  /** Without an outcome, running ones included. */
  readonly openItems: number;
  /** Still to be made, what running items have made already taken off. */
  readonly openAudioSeconds: number;
  /** Null: it may cost whatever it costs. */
  readonly budget: BatchBudget | null;
}

/** What a batch may cost, and what it has cost so far. */
export interface BatchBudget {
  readonly batchId: BatchId;
  readonly maxUsd: number;
  readonly spentUsd: number;
  /** Of its items, those that machines have begun. */
  readonly itemsInHand: number;
  /** It was held at the last look. */
  readonly isHeld: boolean;
}
