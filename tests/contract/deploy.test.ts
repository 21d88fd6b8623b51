/** What a deploy says before it begins and after it ended, on an emulator of AWS that nobody here wrote. */
import {
  CloudFormationClient,
  CreateStackCommand,
  ListChangeSetsCommand,
} from "@aws-sdk/client-cloudformation";
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changesOf } from "../../account/deploy/changes.ts";
import { type Moto, startMoto } from "./moto.ts";

const region = "eu-central-1";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const stack = "musicgen-batch-prod";
const deploymentBucket = "musicgen-batch-prod-code";
let moto: Moto;
let cloudFormation: CloudFormationClient;
let s3: S3Client;
let folder: string;
beforeAll(async () => {
  moto = await startMoto();
  cloudFormation = new CloudFormationClient({ endpoint: moto.url, region, credentials });
  s3 = new S3Client({ endpoint: moto.url, region, credentials, forcePathStyle: true });
  folder = mkdtempSync(join(tmpdir(), "mgb-deploy-"));
});
afterAll(async () => {
  cloudFormation.destroy();
  s3.destroy();
  await moto.stop();
  rmSync(folder, { recursive: true });
});

const template = (resources: object): string =>
  JSON.stringify({
    Resources: {
      ServerlessDeploymentBucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: deploymentBucket } },
      ...resources,
    },
    Outputs: {
      ServerlessDeploymentBucketName: { Value: deploymentBucket },
      HttpApiUrl: { Value: "https://api.example" },
    },
  });
const queue = (seconds: number) => ({
  Type: "AWS::SQS::Queue",
  Properties: { QueueName: "jobs", DelaySeconds: seconds },
});

/** One step of a deploy, as it runs it. */
async function step(name: "ask" | "finish", ...args: readonly string[]) {
  const path = join(folder, "prod.json");
  const example = JSON.parse(readFileSync("config/example.json", "utf8")) as object;
  writeFileSync(path, JSON.stringify({ ...example, bucket: "clips-of-ada" }));
  const child = spawn(process.execPath, [`account/deploy/${name}.ts`, "prod", path, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
  });
  const [out, err, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number]>,
  ]);
  return { exitCode, out, err };
}

test("a first deploy says what will exist and what it costs, and is not begun where nobody can answer", async () => {
  writeFileSync(
    join(folder, "cloudformation-template-update-stack.json"),
    template({ Jobs: queue(1), Done: queue(1) }),
  );
  const asked = await step("ask", folder);
  expect(asked.exitCode).toBe(2);
  expect(asked.err).toContain(
    "Stage prod in eu-central-1:\nIt is not deployed yet. 3 resources will exist:\n  1 S3 Bucket, 2 SQS Queue\n",
  );
  expect(asked.err).toContain("Idle it costs about 0.97 USD a month");
  expect(asked.err).toContain(
    "4 at most, g4dn.xlarge at 0.4 USD an hour at most, within 5 USD a day and 50 a month",
  );
  expect(asked.err).toMatch(/No terminal to confirm on: add --yes\.\nNothing was deployed\.\n$/);
  expect((await step("ask", folder, "--yes")).exitCode).toBe(0);
});

test("a later deploy says what CloudFormation would add, change and remove, and leaves nothing behind", async () => {
  await cloudFormation.send(
    new CreateStackCommand({
      StackName: stack,
      TemplateBody: template({
        Jobs: queue(1),
        Old: { Type: "AWS::SNS::Topic", Properties: { TopicName: "old" } },
      }),
    }),
  );
  const next = template({
    Jobs: queue(2),
    New: { Type: "AWS::SNS::Topic", Properties: { TopicName: "new" } },
  });
  const changes = await changesOf({ cloudFormation, s3 }, stack, next);
  expect(changes.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
    { act: "change", type: "AWS::SQS::Queue", name: "Jobs" },
    { act: "add", type: "AWS::SNS::Topic", name: "New" },
    { act: "remove", type: "AWS::SNS::Topic", name: "Old" },
  ]);
  const { Summaries = [] } = await cloudFormation.send(new ListChangeSetsCommand({ StackName: stack }));
  expect(Summaries).toEqual([]);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: deploymentBucket }));
  expect(Contents).toEqual([]);
  writeFileSync(join(folder, "cloudformation-template-update-stack.json"), next);
  expect((await step("ask", folder, "--yes")).err).toContain("  remove       SNS Topic: Old\n");
});

test("what is left to do is told, and a key is never printed where only a log reads it", async () => {
  await s3.send(
    new CreateBucketCommand({
      Bucket: "clips-of-ada",
      CreateBucketConfiguration: { LocationConstraint: region },
    }),
  );
  const { exitCode, out } = await step("finish");
  expect(exitCode).toBe(0);
  expect(out).toContain("Stage prod is deployed: https://api.example\n");
  expect(out).toContain("1. make the first API key: npm run mgb -- keys create --stage prod\n");
  expect(out).toContain("Subscription Confirmation");
  expect(out).toContain("TagKey=mgb:stage,Status=Active");
  expect(out).not.toMatch(/mgb_[A-Za-z0-9]{10}/);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "clips-of-ada" }));
  expect(Contents).toEqual([]);
});
