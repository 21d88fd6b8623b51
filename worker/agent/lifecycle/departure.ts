/** Why and how a worker leaves. Pure. */
import type { WorkerRecord } from "../../../shared/contract/records/fleet-records.ts";
import type { InterruptionNotice } from "../ports.ts";

export type LeaveReason = NonNullable<WorkerRecord["reason"]>;

/** What begins a departure: the moment it was heard of, and what it says. */
export type Cause =
  | { readonly reason: "interruption"; readonly notice: InterruptionNotice }
  | { readonly reason: BudgetReason; readonly withinSeconds: number }
  | { readonly reason: Exclude<LeaveReason, "interruption" | BudgetReason> };
type BudgetReason = Extract<LeaveReason, "budget_day" | "budget_month">;

/** All times in milliseconds since the epoch; Infinity is no limit. */
export interface Departure {
  readonly reason: LeaveReason;
  /** Until then what runs may end by itself; then its codes are saved and it is given back. */
  readonly drainMs: number;
  /** An engine that has not answered by then is ended by force. */
  readonly forceMs: number;
  /** Nothing is waited for after that. */
  readonly endMs: number;
  /** The worker stays until EC2 takes the machine, at the latest until then; null: it leaves when it is ready. */
  readonly lingerMs: number | null;
}

/** AWS does not bill a spot machine that it interrupts within so long of its launch. */
const unbilledMs = 3_600_000;
/** The service manager kills what has not ended 90 s after SIGTERM. */
const signalMs = 80_000;
/** Stop-all verifies that nothing runs: there is no time to finish clips. */
const stopMs = 20_000;
/** How much longer than announced EC2 may take. */
const lingerMarginMs = 60_000;

/** What a departure depends on besides its cause. */
export interface Circumstances {
  readonly nowMs: number;
  /**
   * When the agent began; the launch was a little earlier, so at worst a machine waits for its end without need,
   * for one notice.
   */
  readonly bootedMs: number;
  /** By when all must be saved and told: soon after, the timer on the machine ends it. */
  readonly diesMs: number;
  readonly waitsToBeTaken: boolean;
}

export function planDeparture(cause: Cause, circumstances: Circumstances): Departure {
  const { nowMs, bootedMs, diesMs, waitsToBeTaken } = circumstances;
  switch (cause.reason) {
    case "interruption": {
      const isUnbilled = cause.notice.atMs < bootedMs + unbilledMs;
      return {
        ...within("interruption", nowMs, cause.notice.atMs),
        lingerMs: waitsToBeTaken && isUnbilled ? cause.notice.atMs + lingerMarginMs : null,
      };
    }
    // From now on, by this machine's own clock: what is left of the budget pays for so long and no longer.
    case "budget_day":
    case "budget_month":
      return within(cause.reason, nowMs, Math.min(diesMs, nowMs + cause.withinSeconds * 1000));
    case "signal":
      return within("signal", nowMs, nowMs + signalMs);
    case "stopped":
      return { ...within("stopped", nowMs, nowMs + stopMs), drainMs: nowMs };
    case "idle":
    case "rebalance":
    case "price":
    case "max_lifetime":
    case "unhealthy":
      return within(cause.reason, nowMs, diesMs);
  }
}

/** Of the time that is left: three quarters to end by itself, then most of the rest to save and give back. */
function within(reason: LeaveReason, nowMs: number, endMs: number): Departure {
  const leftMs = Math.max(0, endMs - nowMs);
  return {
    reason,
    drainMs: nowMs + leftMs * 0.75,
    forceMs: nowMs + leftMs * 0.88,
    endMs: nowMs + leftMs,
    lingerMs: null,
  };
}

/**
 * Both count back from the one time by which the timer on the machine, the reaper and the worker all go: the launch
 * wrote it into a tag, so that it does not matter how long the boot took.
 * @param expiresMs when the timer on the machine ends it
 * @returns when to begin to leave, and by when all must be saved and told
 */
export function lifespan(
  expiresMs: number,
  maxLifetimeSeconds: number,
): { readonly overMs: number; readonly diesMs: number } {
  const before = (seconds: number, share: number): number =>
    expiresMs - Math.min(seconds, maxLifetimeSeconds * share) * 1000;
  return { overMs: before(300, 0.5), diesMs: before(60, 0.1) };
}

/**
 * A departure that is under way gives way only to a more urgent one. Whom EC2 takes at no charge costs nothing by waiting
 * for it, and is gone within minutes.
 */
export function isMoreUrgent(next: Departure, current: Departure): boolean {
  const costsNothing = current.lingerMs !== null;
  const savesMoney = next.reason === "budget_day" || next.reason === "budget_month";
  return next.drainMs < current.drainMs && !(costsNothing && savesMoney);
}
