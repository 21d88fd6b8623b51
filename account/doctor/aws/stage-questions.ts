/** The doctor's questions about a stage: its bucket, stack, functions and launches. */
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import {
  DescribeStacksCommand,
  GetTemplateCommand,
  type StackDriftInformation,
} from "@aws-sdk/client-cloudformation";
import {
  GetAccountSettingsCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import {
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Clock } from "../../../shared/ports.ts";
import { jsonOf } from "../../../shared/contract/json.ts";
import { intentRecordSchema } from "../../../shared/contract/records/fleet-records.ts";
import type { Account, Stack } from "../account.ts";
import { asked, isNamed, orNull } from "./asking.ts";

type StageQuestions = Pick<
  Account,
  | "bucket"
  | "bucketIsPublic"
  | "stack"
  | "template"
  | "deployedFunction"
  | "concurrentFunctions"
  | "openLaunches"
>;

export interface StageClients {
  readonly s3: S3Client;
  readonly cloudFormation: CloudFormationClient;
  readonly lambda: LambdaClient;
}

export const stageQuestions = (clients: StageClients, clock: Clock): StageQuestions => ({
  bucket: (name, account) => asked("s3:ListBucket", () => whoseBucket(clients.s3, name, account)),
  bucketIsPublic: (name) => asked("s3:GetBucketPolicyStatus", () => isPublic(clients.s3, name)),
  stack: (name) => asked("cloudformation:DescribeStacks", () => stackNamed(clients.cloudFormation, name)),
  template: (stack) =>
    asked("cloudformation:GetTemplate", async () => {
      const stage = { StackName: stack, TemplateStage: "Original" } as const;
      return (await clients.cloudFormation.send(new GetTemplateCommand(stage))).TemplateBody ?? "{}";
    }),
  deployedFunction: (name) =>
    asked("lambda:GetFunctionConfiguration", async () => {
      const found = await orNull(
        clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name })),
        "ResourceNotFoundException",
      );
      if (found === null) return null;
      return { variables: found.Environment?.Variables ?? {}, codeSha256: found.CodeSha256 ?? "" };
    }),
  concurrentFunctions: () =>
    asked("lambda:GetAccountSettings", async () => {
      const { AccountLimit } = await clients.lambda.send(new GetAccountSettingsCommand());
      return AccountLimit?.ConcurrentExecutions ?? 0;
    }),
  openLaunches: (bucket, ageMs) =>
    asked("s3:GetObject", () => launchesWithoutOutcome(clients.s3, bucket, clock.nowMs() - ageMs)),
});

/** S3 answers 403 for a bucket of another account. */
async function whoseBucket(
  s3: S3Client,
  name: string,
  account: string,
): Promise<Awaited<ReturnType<Account["bucket"]>>> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: account }));
    return "ours";
  } catch (error) {
    if (isNamed(error, "NotFound", "NoSuchBucket")) return "none";
    // 301: it is in another region, where this stage cannot have it.
    if (isNamed(error, "Forbidden", "403", "AccessDenied", "PermanentRedirect", "301")) return "others";
    throw error;
  }
}

/** A bucket that blocks public policies cannot be public, whatever its policy says. */
async function isPublic(s3: S3Client, name: string): Promise<boolean> {
  const block = await orNull(
    s3.send(new GetPublicAccessBlockCommand({ Bucket: name })),
    "NoSuchPublicAccessBlockConfiguration",
  );
  if (block?.PublicAccessBlockConfiguration?.RestrictPublicBuckets === true) return false;
  const status = await orNull(
    s3.send(new GetBucketPolicyStatusCommand({ Bucket: name })),
    "NoSuchBucketPolicy",
  );
  return status?.PolicyStatus?.IsPublic === true;
}

async function stackNamed(
  client: CloudFormationClient,
  name: string,
): Promise<Awaited<ReturnType<Account["stack"]>>> {
  try {
    const [stack] = (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks ?? [];
    if (stack === undefined) return null;
    const changed = stack.LastUpdatedTime ?? stack.CreationTime;
    return {
      status: stack.StackStatus ?? "",
      changedAt: changed?.toISOString() ?? "",
      drift: driftIn(stack.DriftInformation),
    };
  } catch (error) {
    if (
      isNamed(error, "ValidationError") &&
      error instanceof Error &&
      error.message.includes("does not exist")
    )
      return null;
    throw error;
  }
}

function driftIn(told: StackDriftInformation | undefined): Stack["drift"] {
  const lookedAt = told?.LastCheckTimestamp?.toISOString() ?? null;
  switch (told?.StackDriftStatus) {
    case "DRIFTED":
      return { state: "drifted", lookedAt };
    case "IN_SYNC":
      return { state: "in sync", lookedAt };
    case "NOT_CHECKED":
    case "UNKNOWN":
    case undefined:
      return { state: "not looked for", lookedAt };
  }
}

/** An intent is deleted or rewritten when its outcome is known; only those that stay are looked into. */
const looksAt = 50;

async function launchesWithoutOutcome(
  s3: S3Client,
  bucket: string,
  olderThanMs: number,
): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: "fleet/intents/" },
  ))
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
  // The newest: their names begin with their time.
  const records = await Promise.all(
    keys.slice(-looksAt).map(async (Key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return intentRecordSchema.safeParse(jsonOf((await Body?.transformToString()) ?? "")).data;
    }),
  );
  return records.flatMap((intent) =>
    intent?.state === "open" && Date.parse(intent.created_at) < olderThanMs ? [intent.id] : [],
  );
}
