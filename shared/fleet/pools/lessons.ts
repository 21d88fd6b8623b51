/** What EC2's errors teach about the launches to come: which pools to leave alone, and what to hold. Pure. */
import type { IntentRecord, Market } from "../../contract/records/fleet-records.ts";
import { markets } from "../../contract/records/fleet-records.ts";
import type { ErrorClass, PoolError } from "../../ports.ts";
import type { CoolingPool } from "./pauses.ts";

/**
 * Until the schedule looks next: without any, each submit would ask a dry pool again; with more, the end of a drought
 * is seen later, and nothing is saved.
 */
export const poolCoolingMs = 50_000;
/** A zone does not begin to offer a type from one hour to the next. */
const notOfferedMs = 6 * 3_600_000;
/** What only a person can mend is not asked for every minute. */
export const pauseMs = 30 * 60_000;
/** What a deploy has just made is asked for again at the schedule's next look. */
export const retryMs = poolCoolingMs;

export type Lesson =
  /** Leave one pool alone for so long. */
  | {
      readonly kind: "leave_pool";
      readonly zone: string;
      readonly forMs: number;
      readonly reason: CoolingPool["reason"];
      readonly code: string;
    }
  /** A limit of the account: nothing of these markets until a machine ends, or for half an hour. */
  | { readonly kind: "quota"; readonly markets: readonly Market[]; readonly detail: string }
  /** Launch nothing at all. */
  | { readonly kind: "hold"; readonly reason: "refused" | "not_there_yet"; readonly detail: string };

/** @param launched how many machines came all the same */
export function lessonsOf(
  intent: Pick<IntentRecord, "market" | "pools">,
  errors: readonly PoolError[],
  launched: number,
): readonly Lesson[] {
  const isOfPools = launched > 0 || isOfSomePools(intent, errors);
  return [
    ...new Map(errors.flatMap((error) => lesson(error, intent, isOfPools)).map(byWhatItHolds)).values(),
  ];
}

/** What is refused for some pools and not for the others is wrong with those pools, not with the launch. */
function isOfSomePools({ pools }: Pick<IntentRecord, "pools">, errors: readonly PoolError[]): boolean {
  const refused = errors.filter(({ errorClass }) => isRefusal(errorClass));
  const zones = new Set(refused.map(({ zone }) => zone));
  return !zones.has(null) && pools.some(({ zone }) => !zones.has(zone));
}

const isRefusal = (errorClass: ErrorClass): boolean =>
  errorClass === "refused" || errorClass === "not_there_yet" || errorClass === "not_offered";

function lesson(
  error: PoolError,
  { market }: Pick<IntentRecord, "market">,
  isOfPools: boolean,
): readonly Lesson[] {
  const { errorClass, code } = error;
  const detail = `${code}: ${error.message}`;
  switch (errorClass) {
    case "pool_dry":
      return leavePool(error, market, poolCoolingMs, "capacity");
    case "not_offered":
      return error.zone === null
        ? [{ kind: "hold", reason: "refused", detail }]
        : leavePool(error, market, notOfferedMs, "not_offered");
    case "market_quota":
      return [{ kind: "quota", markets: [market], detail }];
    case "account_quota":
      return [{ kind: "quota", markets, detail }];
    case "refused":
    case "not_there_yet":
      return isOfPools && error.zone !== null
        ? leavePool(error, market, errorClass === "refused" ? pauseMs : retryMs, "refused")
        : [{ kind: "hold", reason: errorClass, detail }];
    case "no_capacity":
    case "again":
    case "server_fault":
      return [];
  }
}

/** What is remembered is of spot; on-demand machines are asked for so rarely that each may be tried. */
const leavePool = (
  { zone, code }: PoolError,
  market: Market,
  forMs: number,
  reason: CoolingPool["reason"],
): readonly Lesson[] =>
  market === "on_demand" || zone === null ? [] : [{ kind: "leave_pool", zone, forMs, reason, code }];

/** Of errors that teach the same, as each pool may give one, the last is enough. */
const byWhatItHolds = (one: Lesson): readonly [key: string, lesson: Lesson] => {
  switch (one.kind) {
    case "leave_pool":
      return [one.zone, one];
    case "quota":
      return [`quota ${one.markets.join()}`, one];
    case "hold":
      return [one.kind, one];
  }
};
