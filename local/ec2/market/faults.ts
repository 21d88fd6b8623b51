/** Faults of the API that were planned through the control endpoint. */
import type { RequestFault } from "../control/control-requests.ts";

/** Codes that EC2 reports for each pool inside CreateFleet's answer of 200, and not as an error of the call. */
const poolCodes: ReadonlySet<string> = new Set([
  "InsufficientFreeAddressesInSubnet",
  "InsufficientInstanceCapacity",
  "InvalidAMIID.NotFound",
  "InvalidFleetConfiguration",
  "InvalidParameterValue",
  "MaxSpotInstanceCountExceeded",
  "SpotMaxPriceTooLow",
  "UnfulfillableCapacity",
  "Unsupported",
  "VcpuLimitExceeded",
]);

export interface Refusal {
  readonly code: string;
  readonly message: string;
}
export interface PoolRefusal extends Refusal {
  /** Null: every zone. */
  readonly zone: string | null;
}

export type Strike =
  /** The call answers this error and does nothing. */
  | ({ readonly kind: "error" } & Refusal)
  /** CreateFleet answers 200 with this error, for each pool or only for those of one zone. */
  | ({ readonly kind: "pool_error" } & PoolRefusal)
  /** The connection ends before anything is done. */
  | { readonly kind: "no_answer" }
  /** Everything is done, and then the connection ends. */
  | { readonly kind: "lost_reply" };

interface Plan {
  readonly fault: RequestFault;
  timesLeft: number;
  readonly untilMs: number;
}

export class PlannedApiFaults {
  #plans: Plan[] = [];

  plan(fault: RequestFault, nowMs: number): void {
    this.#plans.push({
      fault,
      timesLeft: fault.times ?? Infinity,
      untilMs: fault.for_seconds === undefined ? Infinity : nowMs + fault.for_seconds * 1000,
    });
  }

  /** The fault for this call. Each fault is used only once. */
  strike(action: string, nowMs: number): Strike | null {
    this.#plans = this.#plans.filter((plan) => plan.timesLeft > 0 && plan.untilMs > nowMs);
    const plan = this.#plans.find((candidate) => candidate.fault.action === action);
    if (plan === undefined) return null;
    plan.timesLeft -= 1;
    return strikeOf(plan.fault);
  }

  /** None is planned for that call any more. */
  end(action: string): void {
    this.#plans = this.#plans.filter((plan) => plan.fault.action !== action);
  }

  /** The faults that are still planned. */
  left(nowMs: number): readonly { readonly action: string; readonly code: string }[] {
    return this.#plans
      .filter((plan) => plan.timesLeft > 0 && plan.untilMs > nowMs)
      .map(({ fault: { action, code } }) => ({ action, code }));
  }
}

function strikeOf({ action, code, message, zone }: RequestFault): Strike {
  if (code === "NoAnswer") return { kind: "no_answer" };
  if (code === "LostReply") return { kind: "lost_reply" };
  const refusal = { code, message: message ?? `${code}, as the local EC2 was told to answer.` };
  return action === "CreateFleet" && poolCodes.has(code)
    ? { kind: "pool_error", ...refusal, zone: zone ?? null }
    : { kind: "error", ...refusal };
}
