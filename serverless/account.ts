/**
 * Checks a stage's configuration against the AWS account before a deploy. Otherwise the stack would fail late, or its
 * machines would never start.
 */
import {
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeKeyPairsCommand,
  DescribeSubnetsCommand,
  EC2Client,
  EC2ServiceException,
} from "@aws-sdk/client-ec2";
import type { StageConfig } from "../shared/config.ts";
import { tagNames } from "../shared/contract/worker-config.ts";

export interface ImageFacts {
  /** The number of the AWS account that it belongs to. */
  readonly owner: string;
  readonly name: string;
  readonly rootDevice: string;
  readonly rootGb: number;
  readonly architecture: string;
  readonly state: string;
  /** The version of the worker on it; null: it does not say. */
  readonly worker: string | null;
}

export interface AccountFacts {
  /** By machine type, in alphabetical order. */
  readonly zonesOffering: Readonly<Record<string, readonly string[]>>;
  /** Null: the region has no image with that id. */
  readonly image: Pick<ImageFacts, "rootDevice" | "architecture" | "state"> | null;
  readonly keyPairExists: boolean;
  /** By id, of those that the configuration names. */
  readonly subnets: ReadonlyMap<string, SubnetFacts>;
}

export interface SubnetFacts {
  readonly zone: string;
  readonly vpcId: string;
}

type Asked = Pick<
  StageConfig,
  "region" | "zones" | "instance_types" | "ami_id" | "root_device" | "ssh" | "network"
>;

/** Everything in the configuration that does not fit the account, each with what would fit. */
export function accountFaults(config: Asked, facts: AccountFacts): string[] {
  const { zonesOffering, image } = facts;
  return [
    ...config.instance_types.flatMap(({ type }) => offerFaults(type, zonesOffering[type] ?? [], config)),
    ...(image === null
      ? [`ami_id: ${config.ami_id} is not in ${config.region}`]
      : imageFaults(config, image)),
    ...(config.ssh === undefined || facts.keyPairExists
      ? []
      : [`ssh.key_pair: there is no key pair named ${config.ssh.key_pair} in ${config.region}`]),
    ...networkFaults(config, facts.subnets),
  ];
}

/** Why machines could not be launched into the network that the configuration names. */
export function networkFaults(
  { network, region }: Pick<Asked, "network" | "region">,
  subnets: AccountFacts["subnets"],
): string[] {
  return Object.entries(network?.subnets ?? {}).flatMap(([zone, id]) => {
    const found = subnets.get(id);
    if (found === undefined) return [`network.subnets: ${id} is not in ${region}`];
    return [
      ...(found.zone === zone ? [] : [`network.subnets: ${id} is in ${found.zone}, not in ${zone}`]),
      ...(found.vpcId === network?.vpc_id
        ? []
        : [`network.vpc_id: ${id} belongs to ${found.vpcId}, not to ${network?.vpc_id ?? ""}`]),
    ];
  });
}

function offerFaults(type: string, offering: readonly string[], { zones, instance_types }: Asked): string[] {
  const without = zones.filter((zone) => !offering.includes(zone));
  // Of several types, each must be had somewhere; the launcher leaves out the pools that do not exist.
  const isOne = instance_types.length === 1;
  const these = offering.join(", ") || "none of the region";
  if (isOne) return without.map((zone) => `zones: ${zone} offers no ${type}; these do: ${these}`);
  return without.length < zones.length
    ? []
    : [`instance_types: none of the zones offers ${type}; these do: ${these}`];
}

/** Why no machine of the stage would start from it, each with what would fit. */
export function imageFaults(
  config: Pick<Asked, "ami_id" | "root_device">,
  image: NonNullable<AccountFacts["image"]>,
): string[] {
  const faults: string[] = [];
  if (image.state !== "available") faults.push(`ami_id: ${config.ami_id} is ${image.state}, not available`);
  if (image.architecture !== "x86_64")
    faults.push(`ami_id: ${config.ami_id} is for ${image.architecture}, a worker's is for x86_64`);
  if (image.rootDevice !== config.root_device)
    faults.push(
      `root_device: ${config.ami_id} has its root volume at ${image.rootDevice}, not at ${config.root_device}: set root_device to ${image.rootDevice}`,
    );
  return faults;
}

export async function readAccount(client: EC2Client, config: Asked): Promise<AccountFacts> {
  const [offering, image, keyPairExists, subnets] = await Promise.all([
    Promise.all(
      config.instance_types.map(async ({ type }) => [type, await zonesOffering(client, type)] as const),
    ),
    readImage(client, config.ami_id),
    config.ssh === undefined ? false : keyPairIn(client, config.ssh.key_pair),
    readSubnets(client, Object.values(config.network?.subnets ?? {})),
  ]);
  return { zonesOffering: Object.fromEntries(offering), image, keyPairExists, subnets };
}

/** @param ids those that are not there are left out */
export async function readSubnets(
  client: EC2Client,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SubnetFacts>> {
  if (ids.length === 0) return new Map();
  const answer = await client.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: "subnet-id", Values: [...ids] }] }),
  );
  return new Map(
    (answer.Subnets ?? []).map(({ SubnetId: id = "", AvailabilityZone: zone = "", VpcId: vpcId = "" }) => [
      id,
      { zone, vpcId },
    ]),
  );
}

/** @returns the names of the region's zones that offer the type, in alphabetical order */
export async function zonesOffering(client: EC2Client, instanceType: string): Promise<string[]> {
  const answer = await client.send(
    new DescribeInstanceTypeOfferingsCommand({
      LocationType: "availability-zone",
      Filters: [{ Name: "instance-type", Values: [instanceType] }],
    }),
  );
  return (answer.InstanceTypeOfferings ?? []).flatMap(({ Location: zone }) => zone ?? []).toSorted();
}

export async function readImage(client: EC2Client, id: string): Promise<ImageFacts | null> {
  // Asked by filter: for an unknown id the answer is then empty, not an error.
  const answer = await client.send(
    new DescribeImagesCommand({ Filters: [{ Name: "image-id", Values: [id] }] }),
  );
  const [image] = answer.Images ?? [];
  if (image === undefined) return null;
  const root = image.BlockDeviceMappings?.find(({ DeviceName: at }) => at === image.RootDeviceName);
  return {
    owner: image.OwnerId ?? "",
    name: image.Name ?? "",
    rootGb: root?.Ebs?.VolumeSize ?? 0,
    rootDevice: image.RootDeviceName ?? "",
    architecture: image.Architecture ?? "",
    state: image.State ?? "",
    worker: image.Tags?.find(({ Key: key }) => key === tagNames.build)?.Value ?? null,
  };
}

export async function keyPairIn(client: EC2Client, name: string): Promise<boolean> {
  const answer = await client.send(
    new DescribeKeyPairsCommand({ Filters: [{ Name: "key-name", Values: [name] }] }),
  );
  return (answer.KeyPairs ?? []).length > 0;
}

/** A person waits for the answer, and may have no credentials at all. */
export const accountClient = (region: string): EC2Client =>
  new EC2Client({
    region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 },
  });

/**
 * What to report about the account before a deploy.
 * @returns faults that stop the deploy, or a warning when the deployer lacks the rights to look
 */
export async function checkAccount(
  client: EC2Client,
  config: Asked,
): Promise<{ readonly faults: readonly string[]; readonly warning: string | null }> {
  try {
    return { faults: accountFaults(config, await readAccount(client, config)), warning: null };
  } catch (error) {
    if (!(error instanceof EC2ServiceException) || error.name !== "UnauthorizedOperation") throw error;
    return { faults: [], warning: `image, zones and key pair are not checked: ${error.message}` };
  }
}
