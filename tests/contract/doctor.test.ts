/** The doctor's questions, and a destroyed stage's proof, on an emulator of AWS that nobody here wrote. */
import {
  CreateKeyPairCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CloudFormationClient, CreateStackCommand } from "@aws-sdk/client-cloudformation";
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, NoAnswer } from "../../account/doctor/account.ts";
import { awsAccount } from "../../account/doctor/aws/aws-account.ts";
import { examine } from "../../account/doctor/doctor.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { testSettings } from "../unit/fleet/settings.ts";
import { type Moto, startMoto } from "./moto.ts";

const region = "eu-central-1";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
let moto: Moto;
let account: Account;
let ec2: EC2Client;
let s3: S3Client;
beforeAll(async () => {
  moto = await startMoto();
  account = awsAccount({ region, clock: systemClock, endpoint: moto.url, credentials });
  ec2 = new EC2Client({ endpoint: moto.url, region, credentials });
  s3 = new S3Client({ endpoint: moto.url, region, credentials, forcePathStyle: true });
});
afterAll(async () => {
  ec2.destroy();
  s3.destroy();
  await moto.stop();
});

test("an account that has nothing of ours is read as that", async () => {
  const { account: number } = await account.identity();
  expect(await account.regionIsEnabled()).toBe(true);
  expect(await account.zonesOffering("g4dn.xlarge")).toContain("eu-central-1a");
  expect(await account.vcpusOf("g4dn.xlarge")).toBe(4);
  expect((await account.spotPrices("g4dn.xlarge", ["eu-central-1a"])).get("eu-central-1a")).toBeGreaterThan(
    0,
  );
  expect(await account.hasRole("AWSServiceRoleForEC2Spot")).toBe(false);
  expect(await account.defaultDiskKey()).toBeNull();
  expect(await account.image("ami-0123456789abcdef0")).toBeNull();
  expect(await account.hasKeyPair("mine")).toBe(false);
  expect(await account.bucket("clips-of-nobody", number)).toBe("none");
  expect(await account.stack("musicgen-batch-prod")).toBeNull();
  expect(await account.functionVariable("musicgen-batch-prod-launch", "MGB_CONFIG")).toBeNull();
  expect(await account.raisedAlarms("musicgen-batch-prod-")).toEqual([]);
  expect(await account.subscribers(`arn:aws:sns:${region}:${number}:musicgen-batch-prod-alerts`)).toEqual({
    confirmed: 0,
    pending: 0,
  });
  expect(await account.leftovers()).toEqual([]);
});

test("a bucket of ours is found, and seen as public only once its policy lets everybody read", async () => {
  const Bucket = "clips-of-ada";
  const { account: number } = await account.identity();
  await s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  expect(await account.bucket(Bucket, number)).toBe("ours");
  expect(await account.bucketIsPublic(Bucket)).toBe(false);
  const everybody = {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` },
    ],
  };
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(everybody) }));
  expect(await account.bucketIsPublic(Bucket)).toBe(true);
});

test("a key pair and an image are read as EC2 has them", async () => {
  await ec2.send(new CreateKeyPairCommand({ KeyName: "mine" }));
  expect(await account.hasKeyPair("mine")).toBe(true);
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["amazon"] }));
  const [some] = Images;
  expect(await account.image(some?.ImageId ?? "")).toMatchObject({
    name: some?.Name,
    state: "available",
    rootDevice: some?.RootDeviceName,
  });
});

test("a machine and a volume of a stage that is gone are left over", async () => {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["amazon"] }));
  const Tags = [{ Key: "mgb:stage", Value: "gone" }];
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: Images[0]?.ImageId,
      InstanceType: "g4dn.xlarge",
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: "instance", Tags }],
    }),
  );
  const { VolumeId } = await ec2.send(
    new CreateVolumeCommand({
      AvailabilityZone: "eu-central-1a",
      Size: 8,
      TagSpecifications: [{ ResourceType: "volume", Tags }],
    }),
  );
  expect(await account.leftovers()).toEqual([
    { kind: "machine", id: Instances[0]?.InstanceId, tag: "mgb:stage=gone" },
    { kind: "volume", id: VolumeId, tag: "mgb:stage=gone" },
  ]);
});

test("a question that gets no answer leaves the others theirs", async () => {
  await expect(account.quota("L-3819A6DF")).rejects.toThrow(NoAnswer);
  const findings = await examine(account, "prod", testSettings);
  const of = (outcome: string): string[] =>
    findings.filter((finding) => finding.outcome === outcome).map(({ check }) => check);
  expect(of("unknown")).toContain("spot quota");
  expect(of("ok")).toEqual(expect.arrayContaining(["credentials", "clock", "region", "spot price", "stack"]));
});

describe("a stage that is destroyed", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mgb-destroy-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** One step of `npm run destroy`, as it runs it. */
  async function step(name: "ask" | "prove", stage: string, ...more: readonly string[]) {
    const path = join(folder, `${stage}.json`);
    const example = JSON.parse(readFileSync("config/example.json", "utf8")) as object;
    writeFileSync(path, JSON.stringify({ ...example, bucket: "clips-of-ada" }));
    const child = spawn(process.execPath, [`account/destroy/${name}.ts`, stage, path, ...more], {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: moto.url,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
      },
    });
    const [output, errors, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit") as Promise<[number]>,
    ]);
    return { exitCode, told: output + errors };
  }

  test("is asked about, with what ends and what stays, and stays where nobody can answer", async () => {
    const client = new CloudFormationClient({ endpoint: moto.url, region, credentials });
    const Resources = { Queue: { Type: "AWS::SQS::Queue" } };
    await client.send(
      new CreateStackCommand({
        StackName: "musicgen-batch-prod",
        TemplateBody: JSON.stringify({ Resources }),
      }),
    );
    client.destroy();
    const asked = await step("ask", "prod");
    expect(asked.exitCode).toBe(2);
    expect(asked.told).toContain("The bucket clips-of-ada stays");
    expect(asked.told).toContain("Nothing was destroyed.");
    expect((await step("ask", "prod", "--yes")).exitCode).toBe(0);
    expect((await step("ask", "other", "--yes")).exitCode).toBe(3);
  });

  test("is proven to be gone only when its stack is, and every machine and volume with its tag", async () => {
    const still = await step("prove", "prod");
    expect(still.exitCode).toBe(1);
    expect(still.told).toContain("The stack musicgen-batch-prod is still there");
    const left = await step("prove", "gone");
    expect(left.exitCode).toBe(1);
    expect(left.told).toMatch(
      /The machine i-[0-9a-f]+ is still there[^]*The volume vol-[0-9a-f]+ is still there/,
    );
    const gone = await step("prove", "other");
    expect(gone.exitCode).toBe(0);
    expect(gone.told).toContain("Nothing of stage other runs in eu-central-1");
  });
});
