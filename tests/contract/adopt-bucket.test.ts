/** A bucket that exists, taken into a stage's stack, on the emulator. */
import { CloudFormationClient, DescribeStackResourcesCommand } from "@aws-sdk/client-cloudformation";
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { deploy } from "../../local/cloud/deploy.ts";
import { AdoptError, adoptBucket } from "../../serverless/adopt-bucket.ts";
import { s3Client } from "../../shared/aws/clients.ts";
import { region, useEmulatedAws } from "./emulated-aws.ts";

useEmulatedAws();
const root = join(import.meta.dirname, "..", "..");
const stack = "musicgen-batch-local";
const bucket = "adopted-music";

test("an adopted bucket keeps what is in it, and the next deploy goes on with it", async () => {
  const store = s3Client(region);
  const client = new CloudFormationClient({ region });
  await store.send(new CreateBucketCommand({ Bucket: bucket }));
  await store.send(new PutObjectCommand({ Bucket: bucket, Key: "batches/old", Body: "music" }));
  await adoptBucket(client, stack, bucket);
  const resources = await client.send(new DescribeStackResourcesCommand({ StackName: stack }));
  expect(resources.StackResources?.map((one) => [one.LogicalResourceId, one.PhysicalResourceId])).toEqual([
    ["Bucket", bucket],
  ]);
  await expect(adoptBucket(client, stack, bucket)).rejects.toThrow(
    "the stack musicgen-batch-local has a bucket already: adopted-music",
  );

  const folder = mkdtempSync(join(tmpdir(), "mgb-adopt-"));
  const configPath = join(folder, "config.json");
  const local = JSON.parse(readFileSync(join(root, "config", "local.json"), "utf8")) as object;
  writeFileSync(configPath, JSON.stringify({ ...local, bucket }));
  const signal = AbortSignal.timeout(200_000);
  const awsUrl = inject("emulatorUrl");
  const deployed = await deploy({ root, folder, awsUrl, region, stage: "local", configPath, signal });
  rmSync(folder, { recursive: true });
  expect(deployed.bucket).toBe(bucket);
  // The emulator gives an imported bucket its policy, and no lifecycle.
  const { Policy } = await store.send(new GetBucketPolicyCommand({ Bucket: bucket }));
  expect(Policy).toContain("aws:SecureTransport");
  const kept = await store.send(new GetObjectCommand({ Bucket: bucket, Key: "batches/old" }));
  expect(await kept.Body?.transformToString()).toBe("music");
});

test("a bucket that does not exist cannot be adopted, and the attempt leaves nothing behind", async () => {
  const client = new CloudFormationClient({ region });
  await expect(adoptBucket(client, "musicgen-batch-other", "no-such-music")).rejects.toThrow(AdoptError);
});
