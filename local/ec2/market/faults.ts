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

  /** The fault of this call as a whole. Each fault is used only once. */
  strike(action: string, nowMs: number): Strike | null {
    const next = this.#next(action, nowMs);
    if (next === undefined || isPoolFault(next.fault)) return null;
    next.timesLeft -= 1;
    return strikeOf(next.fault);
  }

  /**
   * The fault of this call's pools: it answers 200 with this error, for each pool or only for those of one zone. Ask
   * when the pools are asked: a call that repeats an earlier answer uses no fault.
   */
  poolRefusal(action: string, nowMs: number): PoolRefusal | null {
    const next = this.#next(action, nowMs);
    if (next === undefined || !isPoolFault(next.fault)) return null;
    next.timesLeft -= 1;
    return { ...refusalOf(next.fault), zone: next.fault.zone ?? null };
  }

  #next(action: string, nowMs: number): Plan | undefined {
    this.#plans = this.#plans.filter((plan) => plan.timesLeft > 0 && plan.untilMs > nowMs);
    return this.#plans.find(({ fault }) => fault.action === action);
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

const isPoolFault = ({ action, code }: RequestFault): boolean =>
  action === "CreateFleet" && poolCodes.has(code);

function strikeOf(fault: RequestFault): Strike {
  if (fault.code === "NoAnswer") return { kind: "no_answer" };
  if (fault.code === "LostReply") return { kind: "lost_reply" };
  return { kind: "error", ...refusalOf(fault) };
}

const refusalOf = ({ code, message }: RequestFault): Refusal => ({
  code,
  message: message ?? `${code}, as the local EC2 was told to answer.`,
});
