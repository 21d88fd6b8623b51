/** What launches are paused by. */

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
