/** What EC2's errors mean for the next launches: which pools to leave alone, and what to hold. Pure. */
import type { IntentRecord, Market } from "../../contract/records/fleet-records.ts";
import { markets } from "../../contract/records/fleet-records.ts";
import { poolKey } from "../../contract/pool-key.ts";
import type { ErrorClass, PoolError } from "../../ports.ts";
import type { CoolingPool } from "./pauses.ts";

/**
 * A little less than the schedule's minute. Without cooling, each submit would ask an empty pool again. With a longer
 * one, returning capacity would be noticed later, and nothing would be saved.
 */
export const poolCoolingMs = 50_000;
/** A zone that does not offer an instance type will not offer it within hours. */
const notOfferedMs = 6 * 3_600_000;
/** What only an operator can fix is not tried again every minute. */
export const pauseMs = 30 * 60_000;
/** What a deploy has just created is asked for again at the schedule's next tick. */
export const retryMs = poolCoolingMs;

export interface PoolName {
  readonly instanceType: string;
  readonly zone: string;
}

export type Lesson =
  /** Leave one pool alone for this long. */
  | {
      readonly kind: "leave_pool";
      readonly pool: PoolName;
      readonly forMs: number;
      readonly reason: CoolingPool["reason"];
      readonly code: string;
    }
  /** A quota of the account: launch nothing in these markets until a machine ends, or for half an hour. */
  | { readonly kind: "quota"; readonly markets: readonly Market[]; readonly detail: string }
  /** Launch nothing at all. */
  | { readonly kind: "hold"; readonly reason: "refused" | "not_there_yet"; readonly detail: string };

type Launch = Pick<IntentRecord, "market" | "instance_type" | "pools">;

/** @param launched how many machines came despite the errors */
export function lessonsOf(intent: Launch, errors: readonly PoolError[], launched: number): readonly Lesson[] {
  const isOfPools = launched > 0 || isOfSomePools(intent, errors);
  return [
    ...new Map(errors.flatMap((error) => lesson(error, intent, isOfPools)).map(byWhatItHolds)).values(),
  ];
}

/** If only some of the pools are refused, those pools are at fault and not the launch. */
function isOfSomePools(intent: Launch, errors: readonly PoolError[]): boolean {
  const refused = errors.filter(({ errorClass }) => isRefusal(errorClass));
  if (refused.some(({ zone }) => zone === null)) return false;
  const named = new Set(refused.flatMap((error) => poolsNamed(intent, error)).map(poolKey));
  return named.size < intent.pools.length;
}

/** The pools of a launch in a zone: of one type, or, where an error names none, of all. */
export const poolsNamed = (
  { instance_type: only, pools }: Omit<Launch, "market">,
  { instanceType, zone }: Pick<PoolError, "instanceType" | "zone">,
): readonly (Launch["pools"][number] & PoolName)[] =>
  pools
    .map((pool) => ({ ...pool, instanceType: pool.instance_type ?? only }))
    .filter((pool) => pool.zone === zone && (instanceType === null || pool.instanceType === instanceType));

const isRefusal = (errorClass: ErrorClass): boolean =>
  errorClass === "refused" || errorClass === "not_there_yet" || errorClass === "not_offered";

function lesson(error: PoolError, intent: Launch, isOfPools: boolean): readonly Lesson[] {
  const { errorClass, code } = error;
  const { market } = intent;
  const detail = `${code}: ${error.message}`;
  switch (errorClass) {
    case "pool_dry":
      return leavePool(error, intent, poolCoolingMs, "capacity");
    case "not_offered":
      return error.zone === null
        ? [{ kind: "hold", reason: "refused", detail }]
        : leavePool(error, intent, notOfferedMs, "not_offered");
    case "market_quota":
      return [{ kind: "quota", markets: [market], detail }];
    case "account_quota":
      return [{ kind: "quota", markets, detail }];
    case "refused":
    case "not_there_yet":
      return isOfPools && error.zone !== null
        ? leavePool(error, intent, errorClass === "refused" ? pauseMs : retryMs, "refused")
        : [{ kind: "hold", reason: errorClass, detail }];
    case "no_capacity":
    case "again":
    case "server_fault":
      return [];
  }
}

/** Only spot pools are remembered. On-demand machines are asked for so rarely that each pool may be tried. */
const leavePool = (
  error: PoolError,
  intent: Launch,
  forMs: number,
  reason: CoolingPool["reason"],
): readonly Lesson[] =>
  intent.market === "on_demand"
    ? []
    : poolsNamed(intent, error).map(({ instanceType, zone }) => ({
        kind: "leave_pool",
        pool: { instanceType, zone },
        forMs,
        reason,
        code: error.code,
      }));

/** Each pool may give the same error; of errors that mean the same, the last is enough. */
const byWhatItHolds = (one: Lesson): readonly [key: string, lesson: Lesson] => {
  switch (one.kind) {
    case "leave_pool":
      return [poolKey(one.pool), one];
    case "quota":
      return [`quota ${one.markets.join()}`, one];
    case "hold":
      return [one.kind, one];
  }
};
