/** Machines that could not start, and why: what their workers told, or their consoles. */
import type { LedgerRecord, MeasuresRecord } from "../../contract/records/fleet-records.ts";
import { mostFailedKept } from "../../contract/records/fleet-records.ts";
import { instanceIdSchema, type InstanceId } from "../../contract/ids.ts";
import { startFailureOn } from "../../contract/start-failure.ts";
import type { FleetPorts } from "../machines/fleet-ports.ts";
import type { LedgerEntry } from "../../billing/ledger/ledger.ts";
import { noteFailure } from "../../billing/ledger/ledger-notes.ts";
import { wasToldToEnd } from "../machines/told-to-end.ts";

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
const isFailure = (entry: LedgerEntry): boolean =>
  entry.ended_at !== null &&
  (entry.failure === null
    ? isSilentFailure(entry)
    : entry.ready_at === null || entry.messages_received === 0);

/** What EC2 or a person ended did not fail, and neither did a machine of which nobody knows how it ended. */
const isSilentFailure = ({ ready_at, end_reason, ended_by }: LedgerEntry): boolean =>
  ready_at === null &&
  !wasToldToEnd(end_reason) &&
  (end_reason === "boot_deadline" || ended_by === "itself" || ended_by === "launch_fault");

/**
 * A worker that may write no heartbeat has told its console alone why it could not start. Until the account of such a
 * machine is closed its console is looked at: EC2 shows it a little after it was written.
 * @returns the ledgers as they are afterwards
 */
export function learnFromConsoles(
  ledgers: readonly LedgerRecord[],
  ports: FleetPorts,
): Promise<readonly LedgerRecord[]> {
  return Promise.all(
    ledgers.map(async (ledger) => {
      let latest = ledger;
      for (const [id, entry] of Object.entries(ledger.instances)) {
        if (entry.closed_at !== null || entry.failure !== null || !isFailure(entry)) continue;
        const instanceId = instanceIdSchema.parse(id);
        const failure = startFailureOn((await readConsole(instanceId, ports)) ?? "");
        if (failure !== null) latest = await noteFailure(ports, ledger.day, instanceId, failure);
      }
      return latest;
    }),
  );
}

/** What is not known of one machine keeps nobody from looking at the others. */
export async function readConsole(id: InstanceId, { fleet, log }: FleetPorts): Promise<string | null> {
  try {
    return await fleet.consoleOutput(id);
  } catch (error) {
    log.warn("the console of a machine that did not start could not be read", { instance: id, error });
    return null;
  }
}
