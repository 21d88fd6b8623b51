/** What the reaper's look at the machines says of the pools that they came from. */
import type { StageConfig } from "../../config.ts";
import type { LedgerRecord } from "../../contract/records/fleet-records.ts";
import { instanceIdSchema } from "../../contract/ids.ts";
import type { FleetPorts } from "../machines/fleet-ports.ts";
import { poolCoolingMs } from "../pools/lessons.ts";
import { entryOf } from "../../billing/ledger/ledger.ts";
import { noteRebalance } from "./rebalance.ts";
import type { ReapObservation } from "./observe.ts";
import { exists } from "../../billing/charges.ts";
import { coolPool } from "../pools/cooling.ts";

/** @param ledgers as they are after that look */
export async function learnOfPools(
  seen: ReapObservation,
  ledgers: readonly LedgerRecord[],
  ports: FleetPorts,
  settings: StageConfig,
): Promise<void> {
  await hearAdvice(seen, ports, settings);
  // EC2 took a machine, perhaps without a warning: its pool is left alone until the next look, as after one.
  for (const zone of zonesTakenFrom(seen.ledgers, ledgers))
    await coolPool(ports, { instanceType: settings.instance_type, zone }, poolCoolingMs, {
      reason: "interruption",
      code: "interruption",
    });
}

/** A machine hears of a recommendation by its own metadata; EventBridge may have lost it. */
async function hearAdvice(
  { machines }: ReapObservation,
  ports: FleetPorts,
  settings: StageConfig,
): Promise<void> {
  for (const { instance, worker } of machines) {
    const at = exists(instance) ? worker?.rebalance_at : null;
    if (at == null) continue;
    const { instanceId, zone } = instance;
    await noteRebalance(ports, { instanceId, zone, atMs: Date.parse(at) }, settings);
  }
}

/** Where EC2 has said, since the look before, that it took a machine. */
function zonesTakenFrom(
  before: readonly LedgerRecord[],
  after: readonly LedgerRecord[],
): ReadonlySet<string> {
  const taken = after
    .flatMap(({ instances }) => Object.entries(instances))
    .filter(([id, { taken_back }]) => {
      const earlier = entryOf(before, instanceIdSchema.parse(id));
      return taken_back === true && earlier?.taken_back !== true;
    });
  return new Set(taken.map(([, { zone }]) => zone));
}
