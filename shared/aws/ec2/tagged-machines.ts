/** Machines that carry our tag, whichever stage's they are: also those of a stage that nobody remembers. */
import type { EC2Client } from "@aws-sdk/client-ec2";
import { DescribeRegionsCommand } from "@aws-sdk/client-ec2";
import { tagNames } from "../../contract/worker-config.ts";
import { FleetError, type TaggedMachine } from "../../ports.ts";
import { inWords } from "../sdk-errors.ts";
import { describeInstances, instanceOf, tagsOf } from "./instances.ts";

/** Those that EC2 still lists, the ones that have ended within the last hour included. @throws FleetError */
export async function taggedMachines(client: EC2Client, region: string): Promise<readonly TaggedMachine[]> {
  try {
    const found = await describeInstances(client, [{ Name: "tag-key", Values: [tagNames.stage] }]);
    return found.map((instance) => ({
      ...instanceOf(instance),
      region,
      instanceType: instance.InstanceType ?? "unknown",
      stage: tagsOf(instance).get(tagNames.stage) ?? "",
    }));
  } catch (cause) {
    throw new FleetError(`could not list the machines in ${region}: ${inWords(cause)}`, { cause });
  }
}

/** The regions that the account may use. @throws FleetError */
export async function enabledRegions(client: EC2Client): Promise<readonly string[]> {
  try {
    const { Regions: regions = [] } = await client.send(new DescribeRegionsCommand({}));
    return regions.flatMap(({ RegionName: name }) => (name === undefined ? [] : [name])).sort();
  } catch (cause) {
    throw new FleetError(`could not list the account's regions: ${inWords(cause)}`, { cause });
  }
}
