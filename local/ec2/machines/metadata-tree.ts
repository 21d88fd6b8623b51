/** A machine's metadata, by path under `/latest`. @see EC2 user guide, "Instance metadata categories" */
import { accountId } from "./events.ts";
import type { Machine } from "./machine.ts";
import { wholeSeconds } from "../api/times.ts";

/** The value at that path, or the names under it, one on each line; null means 404. */
export function metadataAt(machine: Machine, region: string, path: string): string | null {
  const leaves = leavesOf(machine, region);
  const asked = path.replace(/\/+$/, "");
  const leaf = leaves.get(asked);
  if (leaf !== undefined) return leaf;
  const names = new Set<string>();
  for (const name of leaves.keys()) {
    if (!name.startsWith(`${asked}/`)) continue;
    const [head = "", ...rest] = name.slice(asked.length + 1).split("/");
    names.add(rest.length === 0 ? head : `${head}/`);
  }
  return names.size === 0 ? null : [...names].join("\n");
}

function leavesOf(machine: Machine, region: string): ReadonlyMap<string, string> {
  const meta = "meta-data";
  const leaves = new Map([
    [`${meta}/ami-id`, machine.template.imageId],
    [`${meta}/instance-id`, machine.instanceId],
    [`${meta}/instance-life-cycle`, machine.market === "spot" ? "spot" : "on-demand"],
    [`${meta}/instance-type`, machine.instanceType],
    [`${meta}/placement/availability-zone`, machine.zone],
    [`${meta}/placement/region`, region],
    [`${meta}/reservation-id`, machine.reservationId],
    ["dynamic/instance-identity/document", identityDocument(machine, region)],
  ]);
  if (machine.template.userData !== null) leaves.set("user-data", machine.template.userData);
  if (machine.template.tagsInMetadata) {
    for (const [name, value] of Object.entries(machine.tags))
      leaves.set(`${meta}/tags/instance/${name}`, value);
  }
  if (machine.interruption !== null) {
    const time = wholeSeconds(machine.interruption.actionMs);
    leaves.set(`${meta}/spot/instance-action`, JSON.stringify({ action: "terminate", time }));
    leaves.set(`${meta}/spot/termination-time`, time);
  }
  if (machine.rebalanceMs !== null) {
    const notice = { noticeTime: wholeSeconds(machine.rebalanceMs) };
    leaves.set(`${meta}/events/recommendations/rebalance`, JSON.stringify(notice));
  }
  return leaves;
}

function identityDocument(machine: Machine, region: string): string {
  return JSON.stringify({
    accountId,
    architecture: "x86_64",
    availabilityZone: machine.zone,
    imageId: machine.template.imageId,
    instanceId: machine.instanceId,
    instanceType: machine.instanceType,
    pendingTime: wholeSeconds(machine.launchedMs),
    region,
    version: "2017-09-30",
  });
}
