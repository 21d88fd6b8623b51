/** What can pause launches. */

export interface CoolingPool {
  readonly untilMs: number;
  readonly reason: "capacity" | "interruption" | "rebalance" | "not_offered" | "refused";
  readonly code: string;
}

/** A quota of the account: nothing is launched in this market. */
export interface Quota {
  readonly untilMs: number;
  readonly detail: string;
}

export interface Breaker {
  readonly untilMs: number;
  readonly reason: "refused" | "not_there_yet";
  readonly detail: string;
}
