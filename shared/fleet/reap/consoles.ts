/** Why machines could not start, by their consoles. */
import type { LedgerRecord } from "../../contract/records/fleet-records.ts";
import { instanceIdSchema, type InstanceId } from "../../contract/ids.ts";
import { startFailureOn } from "../../contract/start-failure.ts";
import type { FleetPorts } from "../machines/fleet-ports.ts";
import { noteFailure } from "../../billing/ledger/ledger-notes.ts";
import { isFailure } from "../../billing/measures/failed-starts.ts";

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
