/** A worker image from nothing to its end, on moto: the whole way, broken off after each step, and each refusal of EC2. */
import {
  type CreateImageCommandInput,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  StopInstancesCommand,
} from "@aws-sdk/client-ec2";
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build } from "../../ami/build/build.ts";
import { BuildStore } from "../../ami/build/build-store.ts";
import { buildTag, deleteImage, Ec2BuildCloud } from "../../ami/build/ec2-build-cloud.ts";
import { BuildError, type BuiltImage, type Report } from "../../ami/build/facts.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { systemRandom } from "../../shared/system/system-random.ts";
import { type Moto, startMoto } from "./moto.ts";

const region = "eu-central-1";
const bucket = "musicgen-image-builds";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
let moto: Moto;
let ec2: EC2Client;
let s3: S3Client;
let baseImage: string;
let folder: string;
beforeAll(async () => {
  moto = await startMoto();
  ec2 = motoClient();
  s3 = new S3Client({ endpoint: moto.url, region, credentials, forcePathStyle: true });
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["amazon"] }));
  baseImage = Images[0]?.ImageId ?? "";
  folder = mkdtempSync(join(tmpdir(), "mgb-ami-"));
  writeFileSync(join(folder, "worker.tar.gz"), "the package");
});
afterAll(async () => {
  ec2.destroy();
  s3.destroy();
  await moto.stop();
  rmSync(folder, { recursive: true });
});

/** moto takes no tags for the snapshots of an image: they are left out on the way to it. */
function motoClient(): EC2Client {
  const client = new EC2Client({ endpoint: moto.url, region, credentials, maxAttempts: 1 });
  client.middlewareStack.add(
    (next) => (args) => {
      const input = args.input as CreateImageCommandInput;
      const specifications = input.TagSpecifications?.filter((one) => one.ResourceType !== "snapshot");
      return next({
        ...args,
        input: { ...input, ...(specifications && { TagSpecifications: specifications }) },
      });
    },
    { step: "initialize" },
  );
  return client;
}

class BrokenOff extends Error {
  override readonly name = "BrokenOff";
}
const passed: Report = { passed: true, faults: [], torch: "2.13.0", driver: "595.1" };

interface Run {
  readonly version: string;
  /** What the machine tells; null: nothing, ever. */
  readonly report?: Report | null;
  /** The builder is killed after so many looks. */
  readonly dieAfter?: number;
  readonly client?: EC2Client;
  readonly keep?: boolean;
}

/** Each pause of the builder is the machine's time to work, and ten minutes on its clock. */
async function runBuild({
  version,
  report = passed,
  dieAfter = Infinity,
  client = ec2,
  keep = false,
}: Run): Promise<{
  readonly image: BuiltImage;
  readonly said: readonly string[];
}> {
  const said: string[] = [];
  let looks = 0;
  const cloud = new Ec2BuildCloud({
    client,
    store: new BuildStore(s3, bucket, region),
    plan: {
      version,
      commit: "0123abc",
      models: ["facebook/musicgen-small"],
      baseImage,
      instanceType: "g4dn.xlarge",
    },
    subnetId: null,
    clock: systemClock,
    random: systemRandom,
  });
  let nowMs = systemClock.nowMs();
  const clock = {
    ...systemClock,
    nowMs: () => nowMs,
    sleep: async () => {
      looks += 1;
      nowMs += 10 * 60_000;
      if (looks > dieAfter) throw new BrokenOff();
      if (report !== null) await machineTells(version, report);
    },
  };
  const options = {
    cloud,
    clock,
    packagePath: join(folder, "worker.tar.gz"),
    keep,
    say: (line: string) => said.push(line),
  };
  return { image: await build(options), said };
}

async function machineTells(version: string, report: Report): Promise<void> {
  const [machine] = await machinesOf(version);
  const attempt = machine?.Tags?.find(({ Key }) => Key === "mgb:attempt")?.Value;
  if (attempt === undefined) return;
  const Key = `builds/${version}/${attempt}/report.json`;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: JSON.stringify(report) }));
}

const ofBuild = (version: string) => [{ Name: `tag:${buildTag}`, Values: [version] }];
const alive = { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] };
async function machinesOf(version: string) {
  const answer = await ec2.send(new DescribeInstancesCommand({ Filters: [...ofBuild(version), alive] }));
  return (answer.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
}
/** What a build leaves in the account. */
async function leftOf(version: string) {
  const [machines, images, groups] = await Promise.all([
    machinesOf(version),
    ec2.send(new DescribeImagesCommand({ Owners: ["self"], Filters: ofBuild(version) })),
    ec2.send(new DescribeSecurityGroupsCommand({ Filters: ofBuild(version) })),
  ]);
  return {
    machines: machines.length,
    images: images.Images?.length,
    groups: groups.SecurityGroups?.length,
  };
}
const onlyTheImage = { machines: 0, images: 1, groups: 0 };
const nothing = { machines: 0, images: 0, groups: 0 };

test("a build ends with an image that says what it was made from, and with nothing else", async () => {
  const { image, said } = await runBuild({ version: "whole" });
  expect(image).toMatchObject({
    name: expect.stringMatching(/^musicgen-worker-v\d+$/) as string,
    state: "available",
  });
  expect(said).toEqual([
    "starting the build machine",
    "the self-test passed; stopping the machine for a clean file system",
    "making the image",
    "the image is there; ending the machine",
    "deleting the machine's security group",
    `${image.name} is ${image.id}`,
  ]);
  expect(await leftOf("whole")).toEqual(onlyTheImage);
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [image.id] }));
  expect(Object.fromEntries((Images[0]?.Tags ?? []).map(({ Key, Value }) => [Key, Value]))).toMatchObject({
    "mgb:build": "whole",
    "mgb:commit": "0123abc",
    "mgb:models": "facebook/musicgen-small",
    "mgb:base-image": baseImage,
    "mgb:torch": "2.13.0",
    "mgb:driver": "595.1",
  });
});

test("the machine ends by itself, accepts no connection, and its metadata service requires tokens", async () => {
  await expect(runBuild({ version: "looked-at", dieAfter: 0 })).rejects.toThrow(BrokenOff);
  const [machine] = await machinesOf("looked-at");
  expect(machine?.InstanceType).toBe("g4dn.xlarge");
  expect(machine?.Tags?.map(({ Key }) => Key)).toContain("mgb:expires-at");
  const groups = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: ofBuild("looked-at") }));
  expect(groups.SecurityGroups?.[0]?.IpPermissions).toEqual([]);
  const objects = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "packages/" }));
  expect(objects.Contents?.map(({ Key }) => Key)).toContain("packages/worker-looked-at.tar.gz");
  await runBuild({ version: "looked-at" });
});

test.each([0, 1, 2, 3, 4])(
  "when a builder is killed after step %i the next call continues: one image, nothing else",
  async (dieAfter) => {
    const version = `killed-${dieAfter}`;
    await expect(runBuild({ version, dieAfter })).rejects.toThrow(BrokenOff);
    const { image } = await runBuild({ version });
    expect(image.state).toBe("available");
    expect(await leftOf(version)).toEqual(onlyTheImage);
  },
);

test("an image that exists is not built again", async () => {
  const first = await runBuild({ version: "again" });
  const second = await runBuild({ version: "again" });
  expect(second.image.id).toBe(first.image.id);
  expect(second.said).toHaveLength(1);
});

test("a self-test that fails ends the machine, says what it found and where the log is, and can be tried again", async () => {
  const report: Report = { passed: false, faults: ["this build of torch holds no sm_75, only sm_80"] };
  await expect(runBuild({ version: "unfit", report })).rejects.toThrow(
    /this build of torch holds no sm_75, only sm_80\. The machine's log: s3:\/\/musicgen-image-builds\/builds\/unfit\/\w+\/log\.txt/,
  );
  expect(await leftOf("unfit")).toEqual(nothing);
  expect((await runBuild({ version: "unfit" })).image.state).toBe("available");
});

test("a machine that never reports is ended at its time", async () => {
  await expect(runBuild({ version: "silent", report: null })).rejects.toThrow(
    "reported nothing within 90 minutes",
  );
  expect(await leftOf("silent")).toEqual(nothing);
});

test("no image is made of a machine that somebody stopped", async () => {
  await expect(runBuild({ version: "stopped", dieAfter: 0 })).rejects.toThrow(BrokenOff);
  const [machine] = await machinesOf("stopped");
  await ec2.send(new StopInstancesCommand({ InstanceIds: [machine?.InstanceId ?? ""] }));
  await expect(runBuild({ version: "stopped", report: null })).rejects.toThrow("stopped before it reported");
  expect(await leftOf("stopped")).toEqual(nothing);
});

test("a machine that is kept stays up, and the message says that it ends by itself", async () => {
  const report: Report = { passed: false, faults: ["no GPU"] };
  await expect(runBuild({ version: "kept", report, keep: true })).rejects.toThrow(
    /The machine is kept; its own timer ends it/,
  );
  expect(await leftOf("kept")).toMatchObject({ machines: 1, images: 0 });
});

/** The client, but one of its calls is refused. */
function refusing(command: string, code: string): EC2Client {
  const client = motoClient();
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === command)
        throw Object.assign(new Error(`${code} of ${command}`), { name: code });
      return next(args);
    },
    { step: "initialize" },
  );
  return client;
}

test.each([
  ["RunInstancesCommand", "VcpuLimitExceeded"],
  ["RunInstancesCommand", "InsufficientInstanceCapacity"],
  ["CreateSecurityGroupCommand", "UnauthorizedOperation"],
  ["StopInstancesCommand", "UnauthorizedOperation"],
  ["CreateImageCommand", "InvalidParameterValue"],
])("%s answered with %s leaves nothing, and says so", async (command, code) => {
  const version = `${command}-${code}`.toLowerCase();
  const client = refusing(command, code);
  await expect(runBuild({ version, client })).rejects.toThrow(new RegExp(`failed: ${code} of ${command}`));
  await expect(runBuild({ version, client })).rejects.toThrow(BuildError);
  client.destroy();
  expect(await leftOf(version)).toEqual(nothing);
});

test("an image that is deleted takes its snapshots with it", async () => {
  const { image } = await runBuild({ version: "deleted" });
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [image.id] }));
  const SnapshotIds = (Images[0]?.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
  expect(SnapshotIds).not.toHaveLength(0);
  await deleteImage(ec2, image.id);
  expect(await leftOf("deleted")).toEqual(nothing);
  await expect(ec2.send(new DescribeSnapshotsCommand({ SnapshotIds }))).rejects.toThrow();
});
