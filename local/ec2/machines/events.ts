/** EC2's events, in the form in which a rule's target receives them. */
import { randomUUID } from "node:crypto";
import type { InstanceState } from "../../../shared/ports.ts";
import type { Machine } from "./machine.ts";
import { wholeSeconds } from "../api/times.ts";

export const accountId = "000000000000";

export interface Ec2Event {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: "aws.ec2";
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, string>>;
}

export type Happening =
  | { readonly kind: "state"; readonly state: InstanceState }
  | { readonly kind: "interruption_notice" }
  | { readonly kind: "rebalance_recommendation" };

/** @see EC2 user guide, "Automate Amazon EC2 using EventBridge" */
export function eventOf(happening: Happening, machine: Machine, region: string, nowMs: number): Ec2Event {
  const { detailType, resource, more } = described(happening, machine, region);
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": detailType,
    source: "aws.ec2",
    account: accountId,
    time: wholeSeconds(nowMs),
    region,
    resources: [resource],
    detail: { "instance-id": machine.instanceId, ...more },
  };
}

interface Described {
  readonly detailType: string;
  readonly resource: string;
  readonly more: Readonly<Record<string, string>>;
}

function described(happening: Happening, machine: Machine, region: string): Described {
  // The ARNs of the two spot events have the zone where other ARNs have region and account, as the guide says.
  const inZone = `arn:aws:ec2:${machine.zone}:instance/${machine.instanceId}`;
  const inRegion = `arn:aws:ec2:${region}:${accountId}:instance/${machine.instanceId}`;
  switch (happening.kind) {
    case "state":
      return {
        detailType: "EC2 Instance State-change Notification",
        resource: inRegion,
        more: { state: happening.state },
      };
    case "interruption_notice":
      return {
        detailType: "EC2 Spot Instance Interruption Warning",
        resource: inZone,
        more: { "instance-action": "terminate" },
      };
    case "rebalance_recommendation":
      return { detailType: "EC2 Instance Rebalance Recommendation", resource: inZone, more: {} };
  }
}
