/** What a tick decided to do, with the rule behind every number. */
import type { DecisionReason, Market } from "../../../contract/records/fleet-records.ts";
import type { BatchId, InstanceId, IntentId } from "../../../contract/ids.ts";
import type { PoolOffer } from "../../../ports.ts";

export interface Reason {
  readonly reason: DecisionReason;
  /** A sentence for the person who waits for the batch. */
  readonly detail: string;
}

/** A rule that let a launch have fewer machines than are missing. */
export interface Limit extends Reason {
  readonly most: number;
}

/** A pool where the launch may get machines, and the price that was used. */
export interface PricedPool extends PoolOffer {
  /** When the price came into force, as EC2 tells it; null for a price that does not change. */
  readonly priceSinceMs: number | null;
}

export interface ModelPlan {
  readonly model: string;
  readonly openItems: number;
  readonly openAudioSeconds: number;
  /** The machine-seconds that the open work takes. */
  readonly workSeconds: number;
  /** The pace that was used: measured, or else the configuration's guess. */
  readonly audioSecondsPerSecond: number;
  readonly bootSeconds: number;
  /** Machines that are ready, booting, or granted and not listed yet. */
  readonly have: number;
  readonly want: number;
  readonly launch: number;
  readonly market: Market;
  /** The type that the numbers are reckoned with: the slowest that the launch may get. */
  readonly instanceType: string;
  /** Where the launch may get machines, cheapest first. Empty when nothing is launched. */
  readonly pools: readonly PricedPool[];
  /** The demand comes first, then each limit that bound the launch. */
  readonly reasons: readonly Reason[];
  readonly held: readonly Held[];
}

/**
 * A machine that is told to leave. If it has become too dear, it finishes what it has begun. If a budget no longer pays
 * for it, it leaves within a minute and saves what is not finished by then.
 */
export interface Drain {
  readonly instanceId: InstanceId;
  readonly zone: string;
  readonly reason: "price" | "budget_day" | "budget_month";
  /** A sentence, as in `Reason`. */
  readonly detail: string;
}

/** A batch whose budget pays for nothing more. No worker begins any of its items; the open items stay queued. */
export interface Held {
  readonly batchId: BatchId;
  /** A sentence, as in `Reason`. */
  readonly detail: string;
}

export interface Plan {
  readonly models: readonly ModelPlan[];
  readonly drain: readonly Drain[];
  /** Launches with an unknown outcome, to be asked for again with the same token. */
  readonly askAgain: readonly IntentId[];
  /** Launches with an unknown outcome that are given up. */
  readonly abandon: readonly IntentId[];
}
