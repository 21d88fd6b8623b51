/** What a tick knows before it decides: plain data, so that the decision can be made, tested and replayed anywhere. */
import type { Market, MeasuresRecord } from "../../../contract/records/fleet-records.ts";
import type { IntentId } from "../../../contract/ids.ts";
import type { Pool, QueueDepth } from "../../../ports.ts";
import type { Breaker, CoolingPool, Quota } from "../../pools/pauses.ts";
import type { Machine } from "../../machines/phase.ts";
import type { OpenWork } from "../../../interlock/open-work.ts";

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

export interface Observation {
  readonly nowMs: number;
  /** Since when the latch is closed; null while it is open. */
  readonly latchedMs: number | null;
  readonly work: readonly OpenWork[];
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
