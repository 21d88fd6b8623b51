/** Machines that could not start. */
import type { MeasuresRecord } from "../../contract/records/fleet-records.ts";
import { mostFailedKept } from "../../contract/records/fleet-records.ts";
import { instanceIdSchema } from "../../contract/ids.ts";
import type { LedgerEntry } from "../ledger/ledger.ts";
import { wasToldToEnd } from "./told-to-end.ts";

export type FailedStart = MeasuresRecord["models"][string]["failed"][number];

type Entry = readonly [id: string, entry: LedgerEntry];

/** The latest machines of one model, in the order of their launch, when none since has started. Pure. */
export function failedStarts(entries: readonly Entry[]): readonly FailedStart[] {
  const started = entries.filter(([, entry]) => entry.ready_at !== null && !isFailure(entry));
  const lastStartedMs = Math.max(0, ...started.map(([, entry]) => Date.parse(entry.launched_at)));
  return entries
    .filter(([, entry]) => isFailure(entry) && Date.parse(entry.launched_at) > lastStartedMs)
    .sort(([, a], [, b]) => Date.parse(a.launched_at) - Date.parse(b.launched_at))
    .slice(-mostFailedKept)
    .map(([id, { ended_at, launched_at, failure }]) => ({
      instance_id: instanceIdSchema.parse(id),
      failed_at: ended_at ?? launched_at,
      failure,
    }));
}

/** A machine that received nothing before its engine gave up, or SQS turned it away, has not started either. */
export const isFailure = (entry: LedgerEntry): boolean =>
  entry.ended_at !== null &&
  (entry.failure === null
    ? isSilentFailure(entry)
    : entry.ready_at === null || entry.messages_received === 0);

/** What EC2 or a person ended did not fail, and neither did a machine of which nobody knows how it ended. */
const isSilentFailure = ({ ready_at, end_reason, ended_by }: LedgerEntry): boolean =>
  ready_at === null &&
  !wasToldToEnd(end_reason) &&
  (end_reason === "boot_deadline" || ended_by === "itself" || ended_by === "launch_fault");
