/** Reads machines from EC2. */
import type { EC2Client, Filter, Instance } from "@aws-sdk/client-ec2";
import { paginateDescribeInstances } from "@aws-sdk/client-ec2";
import type { EndedBy } from "../../contract/records/fleet-records.ts";
import { instanceIdSchema, intentIdSchema } from "../../contract/ids.ts";
import { tagNames } from "../../contract/worker-config.ts";
import type { FleetInstance, InstanceState } from "../../ports.ts";
import { instanceStates } from "../../ports.ts";
import { enderOf } from "./state-reasons.ts";

/**
 * Machines that carry the stage's tag. A single id is given as a filter too: for an unknown id EC2 then answers with an
 * empty list, not an error.
 */
export async function readInstances(
  client: EC2Client,
  stage: string,
  filters: readonly Filter[] = [],
): Promise<readonly FleetInstance[]> {
  const ours = { Name: `tag:${tagNames.stage}`, Values: [stage] };
  return (await describeInstances(client, [ours, ...filters])).map(instanceOf);
}

/** On all pages. */
export async function describeInstances(client: EC2Client, filters: Filter[]): Promise<Instance[]> {
  const found: Instance[] = [];
  for await (const page of paginateDescribeInstances({ client, pageSize: 1000 }, { Filters: filters }))
    for (const { Instances: instances } of page.Reservations ?? []) found.push(...(instances ?? []));
  return found;
}

export const tagsOf = ({ Tags: tags }: Instance): ReadonlyMap<string | undefined, string | undefined> =>
  new Map((tags ?? []).map((tag) => [tag.Key, tag.Value]));

export function instanceOf(instance: Instance): FleetInstance {
  const tags = tagsOf(instance);
  const state = instanceStates.find((known) => known === instance.State?.Name);
  if (state === undefined) throw new TypeError(`expected an instance state, got ${instance.State?.Name}`);
  // A tag that was changed by hand must not hide the machine: a value that does not fit counts as absent.
  const intent = intentIdSchema.safeParse(tags.get(tagNames.intent));
  const expiresMs = Date.parse(tags.get(tagNames.expiresAt) ?? "");
  return {
    instanceId: instanceIdSchema.parse(instance.InstanceId),
    state,
    instanceType: instance.InstanceType ?? null,
    zone: instance.Placement?.AvailabilityZone ?? "unknown",
    market: instance.InstanceLifecycle === "spot" ? "spot" : "on_demand",
    launchedMs: instance.LaunchTime?.getTime() ?? 0,
    intentId: intent.success ? intent.data : null,
    model: tags.get(tagNames.model) ?? null,
    expiresMs: Number.isNaN(expiresMs) ? null : expiresMs,
    endedBy: endedBy(state, instance.StateReason?.Code),
  };
}

function endedBy(state: InstanceState, reason: string | undefined): EndedBy | null {
  const isOver = state === "shutting-down" || state === "terminated";
  return isOver && reason !== undefined ? enderOf(reason) : null;
}
