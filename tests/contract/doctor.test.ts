/** The doctor's questions, and a destroyed stage's proof, on an emulator of AWS that nobody here wrote. */
import {
  CreateKeyPairCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { BudgetsClient, CreateBudgetCommand, DeleteNotificationCommand } from "@aws-sdk/client-budgets";
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CloudFormationClient, CreateStackCommand } from "@aws-sdk/client-cloudformation";
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Account, NoAnswer } from "../../account/doctor/account.ts";
import { awsAccount } from "../../account/doctor/aws/aws-account.ts";
import { localCheckout } from "../../account/doctor/local-checkout.ts";
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
  expect(await account.deployedFunction("musicgen-batch-prod-launch")).toBeNull();
  expect(await account.alarms("musicgen-batch-prod-")).toEqual([]);
  expect(await account.budget(number, "musicgen-batch-prod")).toBeNull();
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

test("alarms, who hears them and AWS's budget are read as they are", async () => {
  const settings = { endpoint: moto.url, region, credentials };
  const [sns, cloudWatch, budgets] = [
    new SNSClient(settings),
    new CloudWatchClient(settings),
    new BudgetsClient({ ...settings, region: "us-east-1" }),
  ];
  onTestFinished(() => {
    for (const client of [sns, cloudWatch, budgets]) client.destroy();
  });
  const { account: AccountId } = await account.identity();
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "stage-alerts" }));
  const alarm = {
    Namespace: "AWS/Lambda",
    MetricName: "Errors",
    Statistic: "Sum",
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
  } as const;
  const put = (AlarmName: string, more: object): Promise<unknown> =>
    cloudWatch.send(new PutMetricAlarmCommand({ ...alarm, AlarmName, ...more }));
  await put("stage-fails", { AlarmActions: [TopicArn] });
  await put("stage-off", { AlarmActions: [TopicArn], ActionsEnabled: false });
  await put("other", {});
  await cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName: "stage-fails", StateValue: "ALARM", StateReason: "of a test" }),
  );
  expect(await account.alarms("stage-")).toEqual([
    { name: "stage-fails", isRaised: true, tells: true },
    { name: "stage-off", isRaised: false, tells: false },
  ]);
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "ada@example.com" }));
  const heard = await account.subscribers(TopicArn);
  expect(heard.confirmed + heard.pending).toBe(1);

  const Budget = {
    BudgetName: "stage",
    BudgetType: "COST",
    TimeUnit: "MONTHLY",
    BudgetLimit: { Amount: "50", Unit: "USD" },
  } as const;
  const Notification = {
    NotificationType: "ACTUAL",
    ComparisonOperator: "GREATER_THAN",
    Threshold: 80,
  } as const;
  const NotificationsWithSubscribers = [
    { Notification, Subscribers: [{ SubscriptionType: "SNS" as const, Address: TopicArn }] },
  ];
  await budgets.send(new CreateBudgetCommand({ AccountId, Budget, NotificationsWithSubscribers }));
  const read = { monthUsd: 50, notices: 1 };
  expect(await account.budget(AccountId, "stage")).toEqual(read);
  await budgets.send(new DeleteNotificationCommand({ AccountId, BudgetName: "stage", Notification }));
  expect(await account.budget(AccountId, "stage")).toEqual({ ...read, notices: 0 });
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

test("a launch is told of that was written down long ago and has no outcome", async () => {
  const intent = {
    ...{ v: 1, state: "open", model: "small", market: "spot", count: 1, instance_type: "g4dn.xlarge" },
    pools: [{ zone: "a", subnet_id: "s", price_usd_per_hour: 0.2, price_since: null }],
    ...{
      bid_usd_per_hour: null,
      client_token: "t",
      attempt: 1,
      answered_at: null,
      instances: [],
      errors: [],
    },
    expires_at: "2026-01-01T06:00:00.000Z",
  };
  const written = (letter: string, created_at: string, state = "open") => {
    const id = `intent_${letter.repeat(26)}`;
    const Body = JSON.stringify({ ...intent, id, created_at, state });
    return s3.send(new PutObjectCommand({ Bucket: "clips-of-ada", Key: `fleet/intents/${id}.json`, Body }));
  };
  await written("A", "2026-01-01T00:00:00.000Z");
  await written("B", "2026-01-01T00:00:00.000Z", "answered");
  await written("C", new Date(systemClock.nowMs()).toISOString());
  expect(await account.openLaunches("clips-of-ada", 900_000)).toEqual([`intent_${"A".repeat(26)}`]);
});

test("a question that gets no answer leaves the others theirs", async () => {
  await expect(account.quota("L-3819A6DF")).rejects.toThrow(NoAnswer);
  const findings = await examine(account, localCheckout(process.cwd(), "prod"), "prod", testSettings);
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

  /** One step of `npm run mgb -- destroy`, as it runs it. */
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
    expect(JSON.parse(await account.template("musicgen-batch-prod"))).toEqual({ Resources });
    expect((await account.stack("musicgen-batch-prod"))?.drift.state).toBe("not looked for");
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
