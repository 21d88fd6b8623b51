/** Handles EC2's events about our machines: state changes, interruption warnings and rebalance recommendations. */
import type { InstanceEvent } from "../../contract/instance-event.ts";
import type { InstanceId } from "../../contract/ids.ts";
import type { ObjectStore } from "../../ports.ts";
import { FleetError } from "../../ports.ts";
import { orderDrain } from "../machines/drain.ts";
import type { Stage, TriggerPorts } from "../machines/fleet-ports.ts";
import { readIntent } from "../launch/intents.ts";
import { ledgerDayOf, readLedger, recentDays } from "../../billing/ledger/ledger.ts";
import { noteEnd, noteFound, noteRunning } from "../../billing/ledger/ledger-notes.ts";
import { poolCoolingMs } from "../pools/lessons.ts";
import { noteRebalance } from "./rebalance.ts";
import { readPoolsRecord } from "../pools/pools-record.ts";
import { wakeLauncher } from "../../interlock/wake-launcher.ts";
import { coolPool } from "../pools/cooling.ts";

/** From the warning to the end of the machine. @see EC2 user guide, "Spot Instance interruption notices" */
const noticeMs = 120_000;
/**
 * How often it looks for a machine that is not known yet: for half a minute in all, since a launch is answered within
 * seconds. Lambda does not retry the event (serverless.yml).
 */
const looks = 7;
const lookAgainMs = 5_000;
/** A machine is in the ledger of the day of its intent, whose time may be ahead of EC2's by this much. */
const intentAheadMs = 5_000;

/** `not_ours`: EventBridge sends the events of every machine in the account. */
export type EventOutcome = "noted" | "not_ours" | "of_no_interest";

/** One of our machines, and the day of the ledger that it is in. */
interface Located {
  readonly instanceId: InstanceId;
  readonly instanceType: string;
  readonly zone: string;
  readonly day: string;
}

/** @throws StoreError, FleetError: the event is lost, and the reaper's next tick sees what it told */
export async function onInstanceEvent(
  event: InstanceEvent,
  ports: TriggerPorts,
  stage: Stage,
): Promise<EventOutcome> {
  const sign = signOf(event);
  if (sign === "none") return "of_no_interest";
  const machine = await locate(event.detail["instance-id"], Date.parse(event.time), ports, stage);
  if (machine === null) return "not_ours";
  ports.log.info("received an EC2 event about a machine", {
    instance: machine.instanceId,
    event: event["detail-type"],
  });
  if (sign === "starts") {
    await noteRunning(ports, machine.day, machine.instanceId, event.time);
    return "noted";
  }
  if (event["detail-type"] === "EC2 Instance Rebalance Recommendation") {
    await noteRebalance(ports, { ...machine, atMs: Date.parse(event.time) }, stage.settings);
    return "noted";
  }
  await takeEnd(event, machine, ports);
  // There is one machine less. The launcher decides whether the work needs another.
  await wakeLauncher(ports);
  return "noted";
}

function signOf(event: InstanceEvent): "starts" | "ends" | "none" {
  if (event["detail-type"] !== "EC2 Instance State-change Notification") return "ends";
  switch (event.detail.state) {
    case "running":
      return "starts";
    case "shutting-down":
    case "terminated":
      return "ends";
    default:
      return "none";
  }
}

/**
 * Finds the machine of an event. Events carry no tags, and EC2's list may not show the machine yet, or no longer. The
 * ledger knows it from its launch on, so EC2 is asked only about a machine that is in no ledger.
 */
async function locate(
  id: InstanceId,
  toldMs: number,
  ports: TriggerPorts,
  stage: Stage,
): Promise<Located | null> {
  for (let look = 1; ; look += 1) {
    const found = await lookFor(id, toldMs, ports, stage);
    if (found !== null || !(await hasOpenLaunch(ports.store))) return found;
    if (look === looks)
      throw new FleetError(`${id} is not known; it may be of a launch without an answer yet`);
    await ports.clock.sleep(lookAgainMs);
  }
}

/**
 * @param toldMs when the event happened, by EC2's clock. It says which days to look in: the function's own clock is not
 *   set before the store has answered, and near midnight a few seconds are another day
 */
async function lookFor(
  id: InstanceId,
  toldMs: number,
  ports: TriggerPorts,
  { settings }: Stage,
): Promise<Located | null> {
  const longestMs = settings.worker.max_lifetime_seconds * 1000;
  for (const day of recentDays(toldMs + intentAheadMs, longestMs + intentAheadMs)) {
    const entry = (await readLedger(ports.store, day)).instances[id];
    if (entry !== undefined) {
      const instanceType = entry.instance_type ?? settings.instance_types[0].type;
      return { instanceId: id, instanceType, zone: entry.zone, day };
    }
  }
  const instance = await ports.fleet.find(id);
  if (instance === null) return null;
  const intent = instance.intentId === null ? null : await readIntent(ports.store, instance.intentId);
  await noteFound(ports, instance, intent, settings);
  const instanceType = instance.instanceType ?? settings.instance_types[0].type;
  return { instanceId: id, instanceType, zone: instance.zone, day: ledgerDayOf(instance) };
}

async function hasOpenLaunch(store: ObjectStore): Promise<boolean> {
  const { intents } = await readPoolsRecord(store);
  const read = await Promise.all(intents.map((id) => readIntent(store, id)));
  return read.some((intent) => intent?.state === "open");
}

async function takeEnd(
  event: Exclude<InstanceEvent, { "detail-type": "EC2 Instance Rebalance Recommendation" }>,
  { instanceId, instanceType, zone, day }: Located,
  ports: TriggerPorts,
): Promise<void> {
  switch (event["detail-type"]) {
    case "EC2 Spot Instance Interruption Warning":
      await orderDrain(ports, instanceId, {
        reason: "interruption",
        detail: "EC2 takes the machine back",
        ends_at: new Date(Date.parse(event.time) + noticeMs).toISOString(),
      });
      await coolPool(ports, { instanceType, zone }, poolCoolingMs, {
        reason: "interruption",
        code: "interruption",
      });
      await noteEnd(ports, day, instanceId, { endedAt: null, reason: "interruption" });
      return;
    case "EC2 Instance State-change Notification":
      await noteEnd(ports, day, instanceId, {
        endedAt: event.time,
        isTerminated: event.detail.state === "terminated",
        reason: null,
      });
      return;
  }
}
