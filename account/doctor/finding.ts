/** What a check found, as `npm run mgb -- doctor` prints it. */

/**
 * `fault`: the stage cannot work, or costs money for nothing. `warning`: it works, and something should be known.
 * `unknown`: it could not be looked at.
 */
export type Outcome = "ok" | "warning" | "fault" | "unknown";

export interface Finding {
  /** What was looked at, such as `spot quota`. */
  readonly check: string;
  readonly outcome: Outcome;
  readonly detail: string;
  /** What to do next; null: nothing. */
  readonly next: string | null;
}

/** What one check answers: its name is put to it by the doctor. */
export type Answer = Omit<Finding, "check">;

export const ok = (detail: string): Answer => ({ outcome: "ok", detail, next: null });
export const warning = (detail: string, next: string | null = null): Answer => ({
  outcome: "warning",
  detail,
  next,
});
export const fault = (detail: string, next: string): Answer => ({ outcome: "fault", detail, next });
export const unknown = (detail: string, next: string | null = null): Answer => ({
  outcome: "unknown",
  detail,
  next,
});
