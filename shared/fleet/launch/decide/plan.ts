/** What a tick chose to do, with the rule behind every number. */
import type { DecisionReason, Market } from "../../../contract/records/fleet-records.ts";
import type { BatchId, InstanceId, IntentId } from "../../../contract/ids.ts";
import type { PoolOffer } from "../../../ports.ts";

export interface Reason {
  readonly reason: DecisionReason;
  /** A sentence for the person who waits. */
  readonly detail: string;
}

/** A rule that bound a launch to fewer machines than are missing. */
export interface Limit extends Reason {
  readonly most: number;
}

/** Where a launch may land, and what it was reckoned with. */
export interface PricedPool extends PoolOffer {
  /** When EC2 says that the price came into force; null for one that does not move. */
  readonly priceSinceMs: number | null;
}

export interface ModelPlan {
  readonly model: string;
  readonly openItems: number;
  readonly openAudioSeconds: number;
  /** Machine-seconds of the open work. */
  readonly workSeconds: number;
  /** What was reckoned with, measured or else the configuration's first guess. */
  readonly audioSecondsPerSecond: number;
  readonly bootSeconds: number;
  /** Machines that are ready, booting, or granted and not listed yet. */
  readonly have: number;
  readonly want: number;
  readonly launch: number;
  readonly market: Market;
  /** Where the launch may land, cheapest first; empty when nothing is launched. */
  readonly pools: readonly PricedPool[];
  /** The demand first, then each limit that bound the launch. */
  readonly reasons: readonly Reason[];
  readonly held: readonly Held[];
}

/**
 * A machine that has become too dear finishes what it has begun, and leaves. So does one that a budget pays for no
 * longer, within a minute: what does not end by then is saved.
 */
export interface Drain {
  readonly instanceId: InstanceId;
  readonly zone: string;
  readonly reason: "price" | "budget_day" | "budget_month";
  /** A sentence, as in `Reason`. */
  readonly detail: string;
}

/** A batch whose budget pays for nothing more: no worker begins any more of it, and what is open is kept. */
export interface Held {
  readonly batchId: BatchId;
  /** A sentence, as in `Reason`. */
  readonly detail: string;
}

export interface Plan {
  readonly models: readonly ModelPlan[];
  readonly drain: readonly Drain[];
  /** Launches without a known outcome, to ask for again with the same token. */
  readonly askAgain: readonly IntentId[];
  /** Launches without a known outcome that are given up. */
  readonly abandon: readonly IntentId[];
}
