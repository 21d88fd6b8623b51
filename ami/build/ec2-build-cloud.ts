/** A build on EC2 and S3: everything of it carries the tag `mgb:build`, by which the next call finds it. */
import {
  CreateImageCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type EC2Client,
  type Image,
  type Instance,
  RunInstancesCommand,
  StopInstancesCommand,
  type Subnet,
  type Tag,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { zonesOffering } from "../../serverless/account.ts";
import { tagNames } from "../../shared/contract/worker-config.ts";
import type { Clock, Random } from "../../shared/ports.ts";
import type { BuildCloud, BuildPlan } from "./cloud.ts";
import { BuildError, type BuildMachine, type BuiltImage, type Facts, type Report } from "./facts.ts";
import { machineSeconds } from "./next-step.ts";
import type { BuildStore } from "./build-store.ts";
import { userDataOf } from "./user-data.ts";

export const buildTag = tagNames.build;
const attemptTag = "mgb:attempt";
const imagePrefix = "musicgen-worker-v";

export interface Ec2BuildOptions {
  readonly client: EC2Client;
  readonly store: BuildStore;
  readonly plan: BuildPlan;
  /** Null: a default subnet of a zone that offers the type. */
  readonly subnetId: string | null;
  readonly clock: Clock;
  readonly random: Random;
}

export class Ec2BuildCloud implements BuildCloud {
  readonly #options: Ec2BuildOptions;
  /** What this call has made or found: EC2's lists may leave it out for a moment. */
  #machine: BuildMachine | null = null;
  #attempt: string | null = null;
  #imageId: string | null = null;

  constructor(options: Ec2BuildOptions) {
    this.#options = options;
  }

  get logPlace(): string {
    return this.#options.store.placeOf(`${this.#folder}/log.txt`);
  }

  async facts(): Promise<Facts> {
    const [machine, image, securityGroup] = await Promise.all([
      this.#findMachine(),
      this.#findImage(),
      this.#findGroup(),
    ]);
    const report = this.#attempt === null ? null : await this.#options.store.report(this.#reportKey);
    return { machine, report, image, securityGroup };
  }

  async launch(packagePath: string): Promise<void> {
    const { client, plan, clock, random } = this.#options;
    const subnet = await this.#subnet();
    const group = (await this.#findGroup()) ?? (await this.#makeGroup(subnet));
    const launchedMs = clock.nowMs();
    this.#attempt = random.ulid(launchedMs);
    const userData = await this.#userData(packagePath);
    const tags = this.#tags({
      Name: `musicgen-batch image ${plan.version}`,
      [attemptTag]: this.#attempt,
      "mgb:expires-at": new Date(launchedMs + machineSeconds * 1000).toISOString(),
    });
    const answer = await client.send(
      new RunInstancesCommand({
        ClientToken: this.#attempt,
        MinCount: 1,
        MaxCount: 1,
        ImageId: plan.baseImage,
        InstanceType: plan.instanceType as never,
        SubnetId: subnet.SubnetId,
        SecurityGroupIds: [group],
        InstanceInitiatedShutdownBehavior: "terminate",
        MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 1 },
        UserData: Buffer.from(userData).toString("base64"),
        TagSpecifications: [
          { ResourceType: "instance", Tags: tags },
          { ResourceType: "volume", Tags: tags },
        ],
      }),
    );
    const [instance] = answer.Instances ?? [];
    if (instance !== undefined) this.#machine = machineFrom(instance, launchedMs);
  }

  /** The package is uploaded first; the machine gets addresses that are good for its life. */
  async #userData(packagePath: string): Promise<string> {
    const { plan, store } = this.#options;
    const packageKey = `packages/worker-${plan.version}.tar.gz`;
    await store.upload(packageKey, packagePath);
    return userDataOf({
      packageUrl: await store.urlToGet(packageKey, machineSeconds),
      packageSha256: createHash("sha256").update(readFileSync(packagePath)).digest("hex"),
      reportUrl: await store.urlToPut(this.#reportKey, machineSeconds),
      logUrl: await store.urlToPut(`${this.#folder}/log.txt`, machineSeconds),
      models: plan.models,
    });
  }

  async stop({ id }: BuildMachine): Promise<void> {
    await this.#options.client.send(new StopInstancesCommand({ InstanceIds: [id] }));
  }

  async terminate({ id }: BuildMachine): Promise<void> {
    await this.#options.client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  }

  async createImage(machine: BuildMachine, report: Report): Promise<void> {
    const { client, plan } = this.#options;
    const name = await this.#nextName();
    const tags = this.#tags({
      Name: name,
      "mgb:commit": plan.commit,
      "mgb:models": plan.models.join(" "),
      "mgb:base-image": machine.baseImage,
      "mgb:torch": report.torch ?? "unknown",
      "mgb:driver": report.driver ?? "unknown",
    });
    const answer = await client.send(
      new CreateImageCommand({
        InstanceId: machine.id,
        Name: name,
        Description: `musicgen-batch worker, ${plan.models.join(", ")}`,
        TagSpecifications: [
          { ResourceType: "image", Tags: tags },
          { ResourceType: "snapshot", Tags: tags },
        ],
      }),
    );
    this.#imageId = answer.ImageId ?? null;
  }

  async deleteGroup(group: string): Promise<void> {
    await this.#options.client.send(new DeleteSecurityGroupCommand({ GroupId: group }));
  }

  async deleteImage({ id }: BuiltImage): Promise<void> {
    await deleteImage(this.#options.client, id);
    this.#imageId = null;
  }

  get #folder(): string {
    return `builds/${this.#options.plan.version}/${this.#attempt ?? "none"}`;
  }
  get #reportKey(): string {
    return `${this.#folder}/report.json`;
  }

  #tags(more: Readonly<Record<string, string>>): Tag[] {
    const { version, tags } = this.#options.plan;
    return Object.entries({ ...tags, [buildTag]: version, ...more }).map(([Key, Value]) => ({
      Key,
      Value,
    }));
  }
  get #ofBuild() {
    return { Name: `tag:${buildTag}`, Values: [this.#options.plan.version] };
  }

  /** A machine that is gone is of interest only to the call that has seen it alive. */
  async #findMachine(): Promise<BuildMachine | null> {
    const answer = await this.#options.client.send(
      new DescribeInstancesCommand({ Filters: [this.#ofBuild] }),
    );
    const instances = (answer.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
    const known = instances.find(({ InstanceId: id }) => id === this.#machine?.id);
    const found = known ?? instances.find(({ State: state }) => !gone.has(state?.Name ?? ""));
    if (found === undefined) return this.#machine;
    this.#machine = machineFrom(found, this.#options.clock.nowMs());
    this.#attempt = found.Tags?.find(({ Key }) => Key === attemptTag)?.Value ?? this.#attempt;
    return this.#machine;
  }

  async #findImage(): Promise<BuiltImage | null> {
    const { Images: images = [] } = await this.#options.client.send(
      new DescribeImagesCommand({ Owners: ["self"], Filters: [this.#ofBuild] }),
    );
    const [image] = images;
    if (image !== undefined) return imageFrom(image);
    return this.#imageId === null ? null : { id: this.#imageId, name: imagePrefix, state: "pending" };
  }

  async #findGroup(): Promise<string | null> {
    const { SecurityGroups: groups = [] } = await this.#options.client.send(
      new DescribeSecurityGroupsCommand({ Filters: [this.#ofBuild] }),
    );
    return groups[0]?.GroupId ?? null;
  }

  /** Nothing comes in; what goes out is not limited, for packages come from many places. */
  async #makeGroup(subnet: Subnet): Promise<string> {
    const { plan, client } = this.#options;
    const answer = await client.send(
      new CreateSecurityGroupCommand({
        GroupName: `musicgen-batch-image-${plan.version}`,
        Description: "musicgen-batch: the build of a worker image; nothing comes in",
        VpcId: subnet.VpcId,
        TagSpecifications: [{ ResourceType: "security-group", Tags: this.#tags({}) }],
      }),
    );
    return answer.GroupId ?? "";
  }

  async #subnet(): Promise<Subnet> {
    const { client, plan, subnetId } = this.#options;
    const filter =
      subnetId === null
        ? [{ Name: "default-for-az", Values: ["true"] }]
        : [{ Name: "subnet-id", Values: [subnetId] }];
    const [zones, { Subnets: subnets = [] }] = await Promise.all([
      zonesOffering(client, plan.instanceType),
      client.send(new DescribeSubnetsCommand({ Filters: filter })),
    ]);
    const fit = subnets.find(({ AvailabilityZone: zone }) => zones.includes(zone ?? ""));
    if (fit !== undefined) return fit;
    const which = subnetId === null ? "no default subnet is" : `the subnet ${subnetId} is not`;
    throw new BuildError(
      `${which} in a zone that offers ${plan.instanceType} (${zones.join(", ")}); name one with --subnet`,
    );
  }

  async #nextName(): Promise<string> {
    const images = await ownImages(this.#options.client);
    const numbers = images.map(({ name }) => Number(name.slice(imagePrefix.length))).filter(Number.isInteger);
    return `${imagePrefix}${Math.max(0, ...numbers) + 1}`;
  }
}

const gone = new Set<string>(["terminated", "shutting-down"]);

const machineFrom = (instance: Instance, nowMs: number): BuildMachine => ({
  id: instance.InstanceId ?? "",
  state: instance.State?.Name ?? "pending",
  launchedMs: instance.LaunchTime?.getTime() ?? nowMs,
  baseImage: instance.ImageId ?? "unknown",
});

const imageFrom = (image: Image): BuiltImage => ({
  id: image.ImageId ?? "",
  name: image.Name ?? "",
  state: image.State === "available" ? "available" : image.State === "pending" ? "pending" : "failed",
});

/** The account's worker images, whatever build made them. */
export async function ownImages(
  client: EC2Client,
): Promise<readonly (BuiltImage & { readonly image: Image })[]> {
  const { Images: images = [] } = await client.send(
    new DescribeImagesCommand({ Owners: ["self"], Filters: [{ Name: "name", Values: [`${imagePrefix}*`] }] }),
  );
  return images.map((image) => ({ ...imageFrom(image), image }));
}

/** Its snapshots cost by the month, and stay when an image is only deregistered. */
export async function deleteImage(client: EC2Client, id: string): Promise<void> {
  const { Images: images = [] } = await client.send(
    new DescribeImagesCommand({ Owners: ["self"], Filters: [{ Name: "image-id", Values: [id] }] }),
  );
  const snapshots = (images[0]?.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
  if (images.length > 0) await client.send(new DeregisterImageCommand({ ImageId: id }));
  for (const SnapshotId of snapshots) await client.send(new DeleteSnapshotCommand({ SnapshotId }));
}
