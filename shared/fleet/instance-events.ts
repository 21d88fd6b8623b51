import type { InstanceEvent } from "../contract/instance-event.ts";
import type { FleetInstance } from "../ports.ts";
import type { Stage, TriggerPorts } from "./fleet-ports.ts";
import { noteEnd } from "./ledger.ts";
import { coolPools } from "./pool-memory.ts";

/** `not_ours`: EventBridge tells of every machine of the account. */
export type EventOutcome = "noted" | "not_ours" | "of_no_interest";

/** @throws StoreError, FleetError: EventBridge delivers again. */
export async function onInstanceEvent(
  event: InstanceEvent,
  ports: TriggerPorts,
  { settings }: Stage,
): Promise<EventOutcome> {
  if (!isOfInterest(event)) return "of_no_interest";
  const instance = await ports.fleet.find(event.detail["instance-id"]);
  if (instance === null) return "not_ours";
  await take(event, instance, ports, settings.instance_type);
  ports.log.info("EC2 told of a machine", { instance: instance.instanceId, event: event["detail-type"] });
  // A machine less: whether the work needs another is for the launcher to say.
  await ports.launcher.trigger();
  return "noted";
}

function isOfInterest(event: InstanceEvent): boolean {
  return event["detail-type"] !== "EC2 Instance State-change Notification" || isEnding(event.detail.state);
}
const isEnding = (state: string): boolean => state === "shutting-down" || state === "terminated";

async function take(
  event: InstanceEvent,
  instance: FleetInstance,
  ports: TriggerPorts,
  instanceType: string,
): Promise<void> {
  switch (event["detail-type"]) {
    case "EC2 Spot Instance Interruption Warning":
      await coolPools(ports, instanceType, [instance.zone], { reason: "interruption", code: "interruption" });
      await noteEnd(ports, instance, { endedAt: null, reason: "interruption" });
      return;
    case "EC2 Instance State-change Notification":
      await noteEnd(ports, instance, { endedAt: event.time, reason: null });
      return;
    case "EC2 Instance Rebalance Recommendation":
      return;
  }
}
