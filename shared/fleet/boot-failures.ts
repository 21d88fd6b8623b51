import { instanceIdSchema, type InstanceId } from "../contract/ids.ts";
import type { LedgerRecord } from "../contract/fleet-records.ts";
import type { LedgerEntry } from "./ledger.ts";

/** So many machines in a row that never became ready are no accident: more of them only cost money. */
const mostFailures = 3;
/** What a worker or the fleet gave as the reason, and that says nothing of the boot. */
const excused: readonly (string | null)[] = ["interruption", "rebalance", "price", "stopped"];

export interface FailedBoot {
  readonly instanceId: InstanceId;
  readonly zone: string;
}

/**
 * Machines that ended without ever being ready, the latest first, when the latest machines all did. Pure.
 * @param sinceMs what ended before has had its answer: the last breaker.
 * @returns none while there are too few of them in a row.
 */
export function bootFailures(ledgers: readonly LedgerRecord[], sinceMs: number): readonly FailedBoot[] {
  const latestFirst = ledgers
    .flatMap(({ instances }) => Object.entries(instances))
    .filter(([, entry]) => entry.ready_at !== null || isFailure(entry, sinceMs))
    .sort(([, a], [, b]) => Date.parse(b.launched_at) - Date.parse(a.launched_at));
  const firstGood = latestFirst.findIndex(([, entry]) => entry.ready_at !== null);
  const failed = firstGood === -1 ? latestFirst : latestFirst.slice(0, firstGood);
  if (failed.length < mostFailures) return [];
  return failed.map(([id, { zone }]) => ({ instanceId: instanceIdSchema.parse(id), zone }));
}

/** What EC2 or a person ended did not fail, and neither did a machine of which nobody knows how it ended. */
const isFailure = ({ ended_at, end_reason, ended_by }: LedgerEntry, sinceMs: number): boolean =>
  ended_at !== null &&
  Date.parse(ended_at) > sinceMs &&
  !excused.includes(end_reason) &&
  (end_reason === "boot_deadline" || ended_by === "itself" || ended_by === "launch_fault");
