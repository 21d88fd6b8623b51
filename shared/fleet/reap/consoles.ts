/** Reads from the consoles of machines why they could not start. */
import type { LedgerRecord } from "../../contract/records/fleet-records.ts";
import { instanceIdSchema, type InstanceId } from "../../contract/ids.ts";
import { startFailureOn } from "../../contract/start-failure.ts";
import type { FleetPorts } from "../machines/fleet-ports.ts";
import { noteFailure } from "../../billing/ledger/ledger-notes.ts";
import { isFailure } from "../../billing/measures/failed-starts.ts";

/**
 * A worker without the right to write heartbeats can give its reason on the console only. The console of such a machine
 * is read until its account is closed, because EC2 shows it with a delay.
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

/** A failed read of one console does not stop the others. */
export async function readConsole(id: InstanceId, { fleet, log }: FleetPorts): Promise<string | null> {
  try {
    return await fleet.consoleOutput(id);
  } catch (error) {
    log.warn("could not read the console of a machine that did not start", { instance: id, error });
    return null;
  }
}
