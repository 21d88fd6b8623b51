import type { InstanceEvent } from "../contract/instance-event.ts";
import type { FleetInstance } from "../ports.ts";
import { orderDrain } from "./drain.ts";
import type { Stage, TriggerPorts } from "./fleet-ports.ts";
import { noteEnd, noteStart } from "./ledger.ts";
import { coolPools } from "./pool-memory.ts";

/** From the warning to the end of the machine. @see EC2 user guide, "Spot Instance interruption notices" */
const noticeMs = 120_000;

/** `not_ours`: EventBridge tells of every machine of the account. */
export type EventOutcome = "noted" | "not_ours" | "of_no_interest";

/** @throws StoreError, FleetError: EventBridge delivers again. */
export async function onInstanceEvent(
  event: InstanceEvent,
  ports: TriggerPorts,
  { settings }: Stage,
): Promise<EventOutcome> {
  const sign = signOf(event);
  if (sign === "none") return "of_no_interest";
  const instance = await ports.fleet.find(event.detail["instance-id"]);
  if (instance === null) return "not_ours";
  ports.log.info("EC2 told of a machine", { instance: instance.instanceId, event: event["detail-type"] });
  await noteStart(ports, instance, settings.max_spot_price_usd);
  if (sign === "starts") return "noted";
  await takeEnd(event, instance, ports, settings.instance_type);
  // A machine less: whether the work needs another is for the launcher to say.
  await ports.launcher.trigger();
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

async function takeEnd(
  event: InstanceEvent,
  instance: FleetInstance,
  ports: TriggerPorts,
  instanceType: string,
): Promise<void> {
  switch (event["detail-type"]) {
    case "EC2 Spot Instance Interruption Warning":
      await orderDrain(ports, instance.instanceId, {
        reason: "interruption",
        detail: "EC2 takes the machine back",
        ends_at: new Date(Date.parse(event.time) + noticeMs).toISOString(),
      });
      await coolPools(ports, instanceType, [instance.zone], { reason: "interruption", code: "interruption" });
      await noteEnd(ports, instance, { endedAt: null, reason: "interruption" });
      return;
    case "EC2 Instance State-change Notification":
      await noteEnd(ports, instance, { endedAt: event.time, reason: null });
      return;
    case "EC2 Instance Rebalance Recommendation":
      await orderDrain(ports, instance.instanceId, {
        reason: "rebalance",
        detail: "EC2 may take the machine back soon",
      });
      return;
  }
}
