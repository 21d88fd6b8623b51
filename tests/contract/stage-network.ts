import type { EC2Client } from "@aws-sdk/client-ec2";
import { CreateLaunchTemplateCommand, CreateSubnetCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { tagNames } from "../../shared/contract/worker-config.ts";
import { zones } from "./compute-fleet.ts";

/** What the stack makes for a stage before anything can be launched. @returns the launch template's id */
export async function makeStageNetwork(client: EC2Client, stage: string, imageId: string): Promise<string> {
  const { Vpc: vpc } = await client.send(new CreateVpcCommand({ CidrBlock: "10.83.0.0/16" }));
  for (const [index, zone] of zones.entries())
    await client.send(
      new CreateSubnetCommand({
        VpcId: vpc?.VpcId,
        AvailabilityZone: zone,
        CidrBlock: `10.83.${index}.0/24`,
        TagSpecifications: [{ ResourceType: "subnet", Tags: [{ Key: tagNames.stage, Value: stage }] }],
      }),
    );
  const made = await client.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: stage,
      LaunchTemplateData: {
        ImageId: imageId,
        InstanceType: "g4dn.xlarge",
        MetadataOptions: { HttpTokens: "required", InstanceMetadataTags: "enabled" },
      },
    }),
  );
  const id = made.LaunchTemplate?.LaunchTemplateId;
  if (id === undefined) throw new Error("expected a launch template's id");
  return id;
}
