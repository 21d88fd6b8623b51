/** What a tick knows before it decides. It is plain data, so a decision can be made, tested and replayed anywhere. */
import type { Market, MeasuresRecord } from "../../../contract/records/fleet-records.ts";
import type { IntentId } from "../../../contract/ids.ts";
import type { Pool, QueueDepth } from "../../../ports.ts";
import type { Breaker, CoolingPool, Quota } from "../../pools/pauses.ts";
import type { Machine } from "../../machines/phase.ts";
import type { OpenWork } from "../../../interlock/open-work.ts";

/** A granted launch whose machines are not all in EC2's list yet. */
export interface ComingLaunch {
  readonly intentId: IntentId;
  /** The outcome is not known: ask again with the same token. */
  readonly open: boolean;
  readonly model: string;
  readonly market: Market;
  /** While the outcome is open, the slowest type that it may be. */
  readonly instanceType: string;
  readonly askedMs: number;
  /**
   * Machines that may exist without being listed. With an open outcome these are all that were asked for; otherwise
   * those that EC2 named and does not list yet.
   */
  readonly unseen: number;
}

export interface Observation {
  readonly nowMs: number;
  /** When the latch was closed; null while it is open. */
  readonly latchedMs: number | null;
  readonly work: readonly OpenWork[];
  readonly machines: readonly Machine[];
  readonly coming: readonly ComingLaunch[];
  readonly pools: readonly Pool[];
  /** By pool, as `poolKey` names it. */
  readonly cooling: Readonly<Record<string, CoolingPool>>;
  /** Pools whose machines EC2 is likely to take back, as `poolKey` names them. */
  readonly risky: readonly string[];
  readonly quotas: Readonly<Partial<Record<Market, Quota>>>;
  readonly breaker: Breaker | null;
  /** Until this time an operator has fixed what failed; 0 for never. */
  readonly forgivenMs: number;
  /**
   * By model, both queues added up. Models without open work are left out, and so are those whose queues did not
   * answer.
   */
  readonly queues: Readonly<Record<string, QueueDepth>>;
  /** What machines of each model have shown. Where a figure is missing or null, the configuration's guess is used. */
  readonly measured: MeasuresRecord["models"];
  /**
   * What machines have cost today and this month (UTC), up to now. Where the cost is not known yet, it is the most that
   * it may be.
   */
  readonly spent: { readonly dayUsd: number; readonly monthUsd: number };
  /** The last granted launch that this tick saw; see `poolsRecordSchema`. */
  readonly turn: IntentId | null;
}

/** How many machines of a model were granted and are not in EC2's list. */
export const unseenOf = (model: string, coming: readonly ComingLaunch[]): number =>
  coming.reduce((total, launch) => total + (launch.model === model ? launch.unseen : 0), 0);
