/** The launcher's first step: it reads everything that a decision needs. */
import type { StageConfig } from "../../config.ts";
import type { IntentRecord } from "../../contract/records/fleet-records.ts";
import type { FleetInstance, Pool } from "../../ports.ts";
import type { LaunchPorts, Stage } from "../machines/fleet-ports.ts";
import { comingLaunches, readIntent } from "./intents.ts";
import { daysOf, knownCosts } from "../../billing/known-costs.ts";
import { readLatch } from "../../interlock/latch.ts";
import { entryOf, readLedger, recentDays } from "../../billing/ledger/ledger.ts";
import { machineOf } from "../machines/machine.ts";
import type { Observation } from "./decide/observation.ts";
import { readPoolsRecord } from "../pools/pools-record.ts";
import { readMeasures } from "../../billing/measures/measures.ts";
import { queueDepths, totalDepth } from "../machines/queue-depths.ts";
import { noRecords, readMachineRecords, type MachineRecords } from "../machines/machine-records.ts";
import { unlistedMachines } from "../machines/unlisted.ts";
import { exists } from "../../billing/charges.ts";
import type { OpenWork } from "../../interlock/open-work.ts";
import { breakerOf, forgivenMs } from "../pools/breaker.ts";
import { coolingPools, riskyPools } from "../pools/cooling.ts";
import { quotasInForce } from "../pools/quotas.ts";

/**
 * Reads everything that a decision needs.
 * @throws StoreError, FleetError when any of it cannot be read: the tick decides nothing on incomplete data
 */
export async function observe(ports: LaunchPorts, { settings }: Stage): Promise<Observation> {
  // The turn is read first, so that every intent that was granted before it can be read too.
  const memory = await readPoolsRecord(ports.store);
  const [latch, work, pools, intents] = await Promise.all([
    readLatch(ports.store),
    ports.openWork(),
    ports.fleet.pools(
      settings.instance_types.map(({ type }) => type),
      settings.over_price_seconds * 1000,
    ),
    Promise.all(memory.intents.map((id) => readIntent(ports.store, id))),
  ]);
  const queues = await depthsOf(work, ports, settings);
  // After the intents: a machine of an intent that was still open is then listed, or rightly counted as unseen.
  const { nowMs, instances, machines, measured, spent } = await observeMachines(work, pools, ports, settings);
  return {
    nowMs,
    latchedMs: latch?.closed === true ? Date.parse(latch.changed_at) : null,
    work,
    machines,
    coming: intents.flatMap((intent) => (intent === null ? [] : comingLaunches(intent, instances, nowMs))),
    pools,
    cooling: coolingPools(memory, nowMs),
    risky: riskyPools(memory, nowMs),
    quotas: quotasInForce(memory, instances, nowMs),
    breaker: breakerOf(memory),
    forgivenMs: forgivenMs(memory),
    queues,
    measured,
    spent,
    turn: memory.turn,
  };
}

/** Every machine that may exist, with what it says of itself and what it has cost by now. */
async function observeMachines(
  work: readonly OpenWork[],
  pools: readonly Pool[],
  ports: LaunchPorts,
  settings: StageConfig,
): Promise<
  Pick<Observation, "nowMs" | "machines" | "measured" | "spent"> & {
    readonly instances: readonly FleetInstance[];
  }
> {
  const { nowMs, instances, ledgers } = await machinesThatMayExist(work, ports, settings);
  const records = await recordsOf(instances, work, ports);
  // After the heartbeats: one that the reaper has deleted by then is in the measures.
  const measures = await readMeasures(ports.store);
  const intents = await intentsOf(
    instances.filter(({ instanceId }) => entryOf(ledgers, instanceId) === null),
    ports,
  );
  const costs = knownCosts({ instances, ledgers, measures, pools, intents }, settings, nowMs);
  const machines = instances.map((instance) => {
    const { instanceId } = instance;
    return machineOf(instance, records.get(instanceId) ?? noRecords, costs.of(instanceId), nowMs, settings);
  });
  return { nowMs, instances, machines, measured: measures.models, spent: costs.spent };
}

/** EC2's list and what it leaves out, and the accounts of the days on which they were launched. */
async function machinesThatMayExist(work: readonly OpenWork[], ports: LaunchPorts, settings: StageConfig) {
  const listed = await ports.fleet.list();
  const nowMs = ports.clock.nowMs();
  // Nothing is launched for no work, so machines that the list leaves out need not be looked for.
  const longestMs = settings.worker.max_lifetime_seconds * 1000;
  const days = new Set([...daysOf(listed), ...(work.length === 0 ? [] : recentDays(nowMs, longestMs))]);
  const ledgers = await Promise.all([...days].map((day) => readLedger(ports.store, day)));
  const instances = [...listed, ...unlistedMachines(listed, ledgers)];
  const ownDays = new Set(daysOf(instances));
  return { nowMs, instances, ledgers: ledgers.filter(({ day }) => ownDays.has(day)) };
}

async function recordsOf(
  instances: readonly FleetInstance[],
  work: readonly OpenWork[],
  { store }: LaunchPorts,
): Promise<ReadonlyMap<string, MachineRecords>> {
  // A machine that has ended may have left without a message, and the reaper may not have written that down yet.
  const isAsked = new Set(work.map(({ model }) => model));
  const told = instances.filter((instance) => exists(instance) || isAsked.has(instance.model ?? ""));
  return (await readMachineRecords(store, told)).records;
}

async function intentsOf(
  instances: readonly FleetInstance[],
  { store }: LaunchPorts,
): Promise<readonly IntentRecord[]> {
  const ids = new Set(instances.flatMap(({ intentId }) => (intentId === null ? [] : [intentId])));
  const intents = await Promise.all([...ids].map((id) => readIntent(store, id)));
  return intents.filter((intent) => intent !== null);
}

/** Of the models that have open work. */
async function depthsOf(
  work: readonly OpenWork[],
  ports: LaunchPorts,
  settings: StageConfig,
): Promise<Observation["queues"]> {
  const isAsked = new Set(work.map(({ model }) => model));
  const models = settings.models.filter(({ id }) => isAsked.has(id));
  const depths = await queueDepths({ models }, ports);
  return Object.fromEntries([...depths].map(([model, tiers]) => [model, totalDepth(tiers)]));
}
