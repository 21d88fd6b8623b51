/** What the reaper's tick learns about the pools from the machines that came from them. */
import type { StageConfig } from "../../config.ts";
import type { LedgerRecord } from "../../contract/records/fleet-records.ts";
import { instanceIdSchema } from "../../contract/ids.ts";
import { poolKey } from "../../contract/pool-key.ts";
import type { FleetPorts } from "../machines/fleet-ports.ts";
import { poolCoolingMs, type PoolName } from "../pools/lessons.ts";
import { entryOf } from "../../billing/ledger/ledger.ts";
import { noteRebalance } from "./rebalance.ts";
import type { ReapObservation } from "./observe.ts";
import { exists } from "../../billing/charges.ts";
import { coolPool } from "../pools/cooling.ts";

/** @param ledgers as they are after the reaper has brought them up to date */
export async function learnOfPools(
  seen: ReapObservation,
  ledgers: readonly LedgerRecord[],
  ports: FleetPorts,
  settings: StageConfig,
): Promise<void> {
  await hearAdvice(seen, ports, settings);
  // EC2 took a machine back, perhaps without a warning. Its pool cools until the next tick, as it would after a
  // warning.
  for (const pool of poolsTakenFrom(seen.ledgers, ledgers, settings))
    await coolPool(ports, pool, poolCoolingMs, {
      reason: "interruption",
      code: "interruption",
    });
}

/** A machine reads a recommendation from its own metadata service; the event may have been lost. */
async function hearAdvice(
  { machines }: ReapObservation,
  ports: FleetPorts,
  settings: StageConfig,
): Promise<void> {
  for (const { instance, worker } of machines) {
    const at = exists(instance) ? worker?.rebalance_at : null;
    if (at == null) continue;
    const { instanceId, zone } = instance;
    const instanceType = instance.instanceType ?? settings.instance_types[0].type;
    await noteRebalance(ports, { instanceId, instanceType, zone, atMs: Date.parse(at) }, settings);
  }
}

/** The pools from which EC2 took back a machine since the last tick. */
function poolsTakenFrom(
  before: readonly LedgerRecord[],
  after: readonly LedgerRecord[],
  { instance_types: [first] }: StageConfig,
): readonly PoolName[] {
  const taken = after
    .flatMap(({ instances }) => Object.entries(instances))
    .filter(([id, { taken_back }]) => {
      const earlier = entryOf(before, instanceIdSchema.parse(id));
      return taken_back === true && earlier?.taken_back !== true;
    })
    .map(([, { instance_type, zone }]) => ({ instanceType: instance_type ?? first.type, zone }));
  return [...new Map(taken.map((pool) => [poolKey(pool), pool])).values()];
}
