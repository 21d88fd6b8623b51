/** Faults that the control endpoint has planned for the API. */
import type { RequestFault } from "./control-requests.ts";

/** Codes that EC2 reports inside CreateFleet's answer of 200, one a pool, and not as an error of the call. */
const poolCodes: ReadonlySet<string> = new Set([
  "InsufficientInstanceCapacity",
  "MaxSpotInstanceCountExceeded",
  "SpotMaxPriceTooLow",
  "UnfulfillableCapacity",
  "Unsupported",
  "VcpuLimitExceeded",
]);

export type Strike =
  /** The call answers this error and does nothing. */
  | { readonly kind: "error"; readonly code: string }
  /** CreateFleet answers 200 with this error for each pool. */
  | { readonly kind: "pool_error"; readonly code: string }
  /** The connection ends before anything is done. */
  | { readonly kind: "no_answer" }
  /** All is done, and then the connection ends. */
  | { readonly kind: "lost_reply" };

interface Plan {
  readonly action: string;
  readonly code: string;
  timesLeft: number;
  readonly untilMs: number;
}

export class PlannedApiFaults {
  #plans: Plan[] = [];

  plan(fault: RequestFault, nowMs: number): void {
    this.#plans.push({
      action: fault.action,
      code: fault.code,
      timesLeft: fault.times ?? Infinity,
      untilMs: fault.for_seconds === undefined ? Infinity : nowMs + fault.for_seconds * 1000,
    });
  }

  /** The fault that strikes this call, used up by it. */
  strike(action: string, nowMs: number): Strike | null {
    this.#plans = this.#plans.filter((plan) => plan.timesLeft > 0 && plan.untilMs > nowMs);
    const plan = this.#plans.find((candidate) => candidate.action === action);
    if (plan === undefined) return null;
    plan.timesLeft -= 1;
    return strikeOf(action, plan.code);
  }

  /** What is still planned. */
  left(nowMs: number): readonly { readonly action: string; readonly code: string }[] {
    return this.#plans
      .filter((plan) => plan.timesLeft > 0 && plan.untilMs > nowMs)
      .map(({ action, code }) => ({ action, code }));
  }
}

function strikeOf(action: string, code: string): Strike {
  if (code === "NoAnswer") return { kind: "no_answer" };
  if (code === "LostReply") return { kind: "lost_reply" };
  return { kind: action === "CreateFleet" && poolCodes.has(code) ? "pool_error" : "error", code };
}
