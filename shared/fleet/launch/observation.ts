/** What a tick knows before it decides: plain data, so that the decision can be made, tested and replayed anywhere. */
import type { Market, MeasuresRecord } from "../../contract/records/fleet-records.ts";
import type { Speed } from "../../contract/api/parameters.ts";
import type { BatchId, InstanceId, IntentId } from "../../contract/ids.ts";
import type { StartFailure } from "../../contract/start-failure.ts";
import type { Pool, QueueDepth } from "../../ports.ts";

/** The open part of one batch, as far as the fleet plans by it. */
export interface Work {
  readonly batchId: BatchId;
  readonly model: string;
  readonly speed: Speed;
  readonly submittedMs: number;
  readonly deadlineMs: number;
  readonly openItems: number;
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

/**
 * `booting`: launched, not ready yet, and still within the boot deadline: capacity to come.
 * `ready`: self-test and model load are done and the heartbeat is fresh: capacity.
 * `leaving`: drains or shuts down; it takes no more work.
 * `silent`: was ready, and its heartbeat is too old to count on it.
 * `overdue`: not ready past the boot deadline.
 * `ended`: EC2 shuts it down or has; it is not billed and not ours to count.
 */
export type MachinePhase = "booting" | "ready" | "leaving" | "silent" | "overdue" | "ended";

export interface Machine {
  readonly instanceId: InstanceId;
  readonly model: string | null;
  readonly zone: string;
  readonly market: Market;
  readonly phase: MachinePhase;
  readonly launchedMs: number;
  /** By its heartbeat; null: it does not say. */
  readonly messagesReceived: number | null;
  /** It leaves, or has left, without ever having received a message. */
  readonly leavesUnused: boolean;
  /** Why it could not start, by its own word; null: it did, or says nothing. */
  readonly failure: StartFailure | null;
  /** As its engine's finished clips have shown it, all slots busy; null before the first few. */
  readonly audioSecondsPerSecond: number | null;
  /** What an hour of it costs, volume and address included; null while nobody knows. */
  readonly usdPerHour: number | null;
  /** Told by EC2 or by a budget to leave, it is gone by then; null: it may stay, or take its time. */
  readonly goneByMs: number | null;
  /** What it has cost and the batch that it serves first will bear; null once it has served one, or can serve none. */
  readonly unservedUsd: number | null;
}

/** A launch that was granted, and that EC2's list of machines does not fully show. */
export interface ComingLaunch {
  readonly intentId: IntentId;
  /** No answer is known: ask again with the same token. */
  readonly open: boolean;
  readonly model: string;
  readonly market: Market;
  readonly askedMs: number;
  /** Machines that may exist without being listed: all that were asked for, or those named but not yet seen. */
  readonly unseen: number;
}

export interface CoolingPool {
  readonly untilMs: number;
  readonly reason: "capacity" | "interruption" | "rebalance" | "not_offered" | "refused";
  readonly code: string;
}

/** A limit of the account: nothing of a market is asked for. */
export interface Quota {
  readonly untilMs: number;
  readonly detail: string;
}

export interface Breaker {
  readonly untilMs: number;
  readonly reason: "refused" | "not_there_yet";
  readonly detail: string;
}

export interface Observation {
  readonly nowMs: number;
  /** Since when the latch is closed; null while it is open. */
  readonly latchedMs: number | null;
  readonly work: readonly Work[];
  readonly machines: readonly Machine[];
  readonly coming: readonly ComingLaunch[];
  readonly pools: readonly Pool[];
  /** By zone. */
  readonly cooling: Readonly<Record<string, CoolingPool>>;
  /** Zones whose machines EC2 is likely to take back. */
  readonly risky: readonly string[];
  readonly quotas: Readonly<Partial<Record<Market, Quota>>>;
  readonly breaker: Breaker | null;
  /** When an operator has last seen to what failed; 0 for never. */
  readonly forgivenMs: number;
  /** By model, both queues together. Left out: models without open work, and those whose queues did not answer. */
  readonly queues: Readonly<Record<string, QueueDepth>>;
  /** What machines of each model have shown; what is missing or null is guessed by the configuration. */
  readonly measured: MeasuresRecord["models"];
  /** What machines have cost today, and this month (UTC), by now; where that is not known yet, the most it may be. */
  readonly spent: { readonly dayUsd: number; readonly monthUsd: number };
  /** The last granted launch that was seen; see `poolsRecordSchema`. */
  readonly turn: IntentId | null;
}

/** Machines of a model that were granted and that EC2's list does not show. */
export const unseenOf = (model: string, coming: readonly ComingLaunch[]): number =>
  coming.reduce((total, launch) => total + (launch.model === model ? launch.unseen : 0), 0);
