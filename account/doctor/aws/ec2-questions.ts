/** The doctor's questions to EC2, and to the key service for its disks. */
import {
  DescribeImagesCommand,
  DescribeInstanceTypesCommand,
  DescribeRegionsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeSpotPriceHistoryCommand,
  DescribeVolumesCommand,
  type EC2Client,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
  type Tag,
} from "@aws-sdk/client-ec2";
import { GetKeyPolicyCommand, type KMSClient, ListGrantsCommand } from "@aws-sdk/client-kms";
import { describeInstances } from "../../../shared/aws/ec2/instances.ts";
import { tagNames } from "../../../shared/contract/worker-config.ts";
import { keyPairIn, readImage, readSubnets, zonesOffering } from "../../../serverless/account.ts";
import type { Account, Leftover } from "../account.ts";
import { asked } from "./asking.ts";

type Ec2Questions = Pick<
  Account,
  | "regionIsEnabled"
  | "zonesOffering"
  | "vcpusOf"
  | "spotPrices"
  | "defaultDiskKey"
  | "keyIsFor"
  | "image"
  | "hasKeyPair"
  | "subnets"
>;

export const ec2Questions = (ec2: EC2Client, kms: KMSClient, region: string): Ec2Questions => ({
  regionIsEnabled: () =>
    asked("ec2:DescribeRegions", async () => {
      const answer = await ec2.send(
        new DescribeRegionsCommand({
          AllRegions: true,
          Filters: [{ Name: "region-name", Values: [region] }],
        }),
      );
      return (answer.Regions ?? []).some(({ OptInStatus: status }) => status !== "not-opted-in");
    }),
  zonesOffering: (instanceType) =>
    asked("ec2:DescribeInstanceTypeOfferings", () => zonesOffering(ec2, instanceType)),
  vcpusOf: (instanceType) =>
    asked("ec2:DescribeInstanceTypes", async () => {
      const answer = await ec2.send(
        new DescribeInstanceTypesCommand({ InstanceTypes: [instanceType as never] }),
      );
      return answer.InstanceTypes?.[0]?.VCpuInfo?.DefaultVCpus ?? 0;
    }),
  spotPrices: (instanceType, zones) =>
    asked("ec2:DescribeSpotPriceHistory", async () => {
      const answer = await ec2.send(
        new DescribeSpotPriceHistoryCommand({
          InstanceTypes: [instanceType as never],
          ProductDescriptions: ["Linux/UNIX"],
          // From now on: each zone answers with the price in force.
          StartTime: new Date(),
        }),
      );
      const history = answer.SpotPriceHistory ?? [];
      return new Map(
        zones.flatMap((zone) => {
          const price = history.find(({ AvailabilityZone: at }) => at === zone)?.SpotPrice;
          return price === undefined ? [] : [[zone, Number(price)] as const];
        }),
      );
    }),
  defaultDiskKey: () =>
    asked("ec2:GetEbsEncryptionByDefault", async () => {
      const { EbsEncryptionByDefault: isOn } = await ec2.send(new GetEbsEncryptionByDefaultCommand());
      if (isOn !== true) return null;
      return (await ec2.send(new GetEbsDefaultKmsKeyIdCommand())).KmsKeyId ?? null;
    }),
  keyIsFor: (key, principal) =>
    asked("kms:ListGrants", async () => {
      const { Policy = "" } = await kms.send(new GetKeyPolicyCommand({ KeyId: key, PolicyName: "default" }));
      if (Policy.includes(principal)) return true;
      // A service cannot be asked for here: grants are of roles.
      if (!principal.startsWith("arn:")) return false;
      const { Grants = [] } = await kms.send(
        new ListGrantsCommand({ KeyId: key, GranteePrincipal: principal }),
      );
      return Grants.length > 0;
    }),
  image: (id) => asked("ec2:DescribeImages", () => readImage(ec2, id)),
  subnets: (ids) => asked("ec2:DescribeSubnets", () => readSubnets(ec2, ids)),
  hasKeyPair: (name) => asked("ec2:DescribeKeyPairs", () => keyPairIn(ec2, name)),
});

export const stageTag = tagNames.stage;
const buildTag = tagNames.build;
const ownTags = [{ Name: "tag-key", Values: [stageTag, buildTag] }];

interface Tagged {
  readonly id: string;
  readonly tags: readonly Tag[];
}

/** @param stages those whose stack is there: what carries their tag is in use */
export async function leftoversOf(
  ec2: EC2Client,
  hasStack: (stage: string) => Promise<boolean>,
): Promise<readonly Leftover[]> {
  const [machines, volumes, snapshots, groups, requests] = await asked("ec2:Describe*", () =>
    Promise.all([
      liveMachines(ec2),
      freeVolumes(ec2),
      imagelessSnapshots(ec2),
      buildGroups(ec2),
      openRequests(ec2),
    ]),
  );
  const stages = new Set([...machines, ...volumes].flatMap(({ tags }) => valueOf(tags, stageTag) ?? []));
  const known = new Set<string>();
  for (const stage of stages) if (await hasStack(stage)) known.add(stage);
  const isOrphan = ({ tags }: Tagged): boolean => !known.has(valueOf(tags, stageTag) ?? "");
  const builds = machines.filter(({ tags }) => valueOf(tags, buildTag) !== undefined);
  const left = (kind: Leftover["kind"], found: readonly Tagged[]): Leftover[] =>
    found.map(({ id, tags }) => ({ kind, id, tag: toldTag(tags) }));
  return [
    // The builder ends its own machine; one that is still there may be at work.
    ...left(
      "machine",
      machines.filter((one) => !builds.includes(one) && isOrphan(one)),
    ),
    ...left("volume", volumes),
    ...left("snapshot", snapshots),
    ...(builds.length > 0 ? [] : left("security group", groups)),
    ...left("spot request", requests),
  ];
}

const valueOf = (tags: readonly Tag[], key: string): string | undefined =>
  tags.find(({ Key }) => Key === key)?.Value;

function toldTag(tags: readonly Tag[]): string {
  const tag = tags.find(({ Key }) => Key === stageTag) ?? tags.find(({ Key }) => Key === buildTag);
  return `${tag?.Key ?? stageTag}=${tag?.Value ?? ""}`;
}

async function liveMachines(ec2: EC2Client): Promise<Tagged[]> {
  const live = { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] };
  return (await describeInstances(ec2, [...ownTags, live])).map(({ InstanceId = "", Tags = [] }) => ({
    id: InstanceId,
    tags: Tags,
  }));
}

async function freeVolumes(ec2: EC2Client): Promise<Tagged[]> {
  const free = { Name: "status", Values: ["available"] };
  const answer = await ec2.send(new DescribeVolumesCommand({ Filters: [...ownTags, free] }));
  return (answer.Volumes ?? []).map(({ VolumeId = "", Tags = [] }) => ({ id: VolumeId, tags: Tags }));
}

/** Snapshots of image builds that no image of ours names any more. */
async function imagelessSnapshots(ec2: EC2Client): Promise<Tagged[]> {
  const [snapshots, images] = await Promise.all([
    ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"], Filters: ownTags })),
    ec2.send(new DescribeImagesCommand({ Owners: ["self"] })),
  ]);
  const used = new Set(
    (images.Images ?? []).flatMap(({ BlockDeviceMappings = [] }) =>
      BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []),
    ),
  );
  return (snapshots.Snapshots ?? [])
    .filter(({ SnapshotId = "" }) => !used.has(SnapshotId))
    .map(({ SnapshotId = "", Tags = [] }) => ({ id: SnapshotId, tags: Tags }));
}

/** Ours never stay open: an instant fleet asks once. One that does would start a machine some day. */
async function openRequests(ec2: EC2Client): Promise<Tagged[]> {
  const open = { Name: "state", Values: ["open"] };
  const answer = await ec2.send(new DescribeSpotInstanceRequestsCommand({ Filters: [...ownTags, open] }));
  return (answer.SpotInstanceRequests ?? []).map(({ SpotInstanceRequestId: id = "", Tags = [] }) => ({
    id,
    tags: Tags,
  }));
}

async function buildGroups(ec2: EC2Client): Promise<Tagged[]> {
  const answer = await ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: "tag-key", Values: [buildTag] }] }),
  );
  return (answer.SecurityGroups ?? []).map(({ GroupId = "", Tags = [] }) => ({ id: GroupId, tags: Tags }));
}
