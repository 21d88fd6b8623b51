/** Why a worker leaves, and by when it must have done what. Pure. */
import type { WorkerRecord } from "../../../shared/contract/records/fleet-records.ts";
import type { InterruptionNotice } from "../ports.ts";

export type LeaveReason = NonNullable<WorkerRecord["reason"]>;

/** Why a worker is told to leave, with what the notice or the order says. */
export type Cause =
  | { readonly reason: "interruption"; readonly notice: InterruptionNotice }
  | { readonly reason: BudgetReason; readonly withinSeconds: number }
  | { readonly reason: Exclude<LeaveReason, "interruption" | BudgetReason> };
type BudgetReason = Extract<LeaveReason, "budget_day" | "budget_month">;

/** All times in milliseconds since the epoch. */
export interface Departure {
  readonly reason: LeaveReason;
  /** Until then what runs may finish; then it is saved and released. */
  readonly drainMs: number;
  /** An engine that has not saved its clips by then is killed. */
  readonly forceMs: number;
  /** Until then commits and releases are waited for. */
  readonly endMs: number;
  /** The worker waits until then for EC2 to take the machine; null: it does not wait. */
  readonly lingerMs: number | null;
}

/** AWS does not bill a spot machine that it interrupts this soon after the launch. */
const unbilledMs = 3_600_000;
/** The service manager kills a process that has not ended 90 s after SIGTERM. */
const signalMs = 80_000;
/** Stop-all waits until nothing runs, so clips are saved at once. */
const stopMs = 20_000;
/** EC2 may take the machine so much later than it said. */
const lingerMarginMs = 60_000;

/** What a departure depends on besides its cause. */
export interface Circumstances {
  readonly nowMs: number;
  /**
   * When the agent began. The launch was a little earlier, so at worst a machine whose first hour has just passed
   * waits in vain, for two minutes.
   */
  readonly bootedMs: number;
  /** By then all must be saved and sent: soon after, the timer on the machine ends it. */
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
    // By this machine's own clock, from now: the rest of the budget pays for so long.
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

/** Of the time that is left, three quarters are for clips to finish, and half of the rest for the engine to save them. */
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
 * Both times count back from the one in the machine's tag, which the reaper and the timer on the machine go by too.
 * The launch wrote it, so a long boot does not move it.
 * @param expiresMs when the timer on the machine ends it
 * @returns when to begin to leave, and by when all must be saved and sent
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
 * The departure of a worker that leaves already and is told to leave again. The more urgent one counts. A worker that a
 * budget sends away and whose machine EC2 then takes free of charge leaves by the budget's times, and waits to be taken:
 * that costs nothing, and its own end would.
 */
export function nextDeparture(current: Departure, next: Departure): Departure {
  if (isMoreUrgent(next, current)) return next;
  if (!isOfBudget(current) || next.lingerMs === null) return current;
  return { ...current, reason: next.reason, lingerMs: next.lingerMs };
}

/**
 * Whether `next` replaces `current`: if it must drain earlier. An exception is the order of a budget to a machine that
 * waits for EC2: it costs nothing while it waits, and is gone within minutes.
 */
export function isMoreUrgent(next: Departure, current: Departure): boolean {
  const costsNothing = current.lingerMs !== null;
  return next.drainMs < current.drainMs && !(costsNothing && isOfBudget(next));
}

const isOfBudget = ({ reason }: Departure): boolean => reason === "budget_day" || reason === "budget_month";
