/** Machines that could not start. */
import type { MeasuresRecord } from "../../contract/records/fleet-records.ts";
import { mostFailedKept } from "../../contract/records/fleet-records.ts";
import { instanceIdSchema } from "../../contract/ids.ts";
import type { LedgerEntry } from "../ledger/ledger.ts";
import { wasToldToEnd } from "./told-to-end.ts";
import { unusedEndOf } from "./unused-machines.ts";

export type FailedStart = MeasuresRecord["models"][string]["failed"][number];

type Entry = readonly [id: string, entry: LedgerEntry];

/** The failed starts of one model since its last good start, in the order of their launches. Pure. */
export function failedStarts(entries: readonly Entry[]): readonly FailedStart[] {
  const started = entries.filter(([, entry]) => hasStarted(entry));
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

/**
 * A machine also failed to start if it received no message before its engine gave up, SQS refused it, or it died
 * without a word.
 */
export const isFailure = (entry: LedgerEntry): boolean =>
  entry.ended_at !== null &&
  (entry.failure === null
    ? isSilentFailure(entry)
    : entry.ready_at === null || entry.messages_received === 0);

/** A machine that EC2 or a person ended has not failed. Neither has one of which it is not known how it ended. */
function isSilentFailure(entry: LedgerEntry): boolean {
  const { ready_at, end_reason, ended_by } = entry;
  if (ready_at !== null)
    return unusedEndOf(entry) === "died" && (end_reason === "no_heartbeat" || ended_by === "itself");
  return (
    !wasToldToEnd(end_reason) &&
    (end_reason === "boot_deadline" || ended_by === "itself" || ended_by === "launch_fault")
  );
}

/** One that is ready has still to show that it works: by a message that it receives, or by how it ends. */
const hasStarted = (entry: LedgerEntry): boolean =>
  entry.ready_at !== null && (entry.ended_at !== null || entry.messages_received !== 0) && !isFailure(entry);
