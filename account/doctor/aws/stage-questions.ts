/** The doctor's questions about a stage: its bucket, stack, functions, alarms and who hears them. */
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import type { CostExplorerClient } from "@aws-sdk/client-cost-explorer";
import { ListCostAllocationTagsCommand } from "@aws-sdk/client-cost-explorer";
import {
  GetAccountSettingsCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import {
  GetBucketPolicyStatusCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ListSubscriptionsByTopicCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Account } from "../account.ts";
import { asked, isNamed } from "./asking.ts";

type StageQuestions = Pick<
  Account,
  | "bucket"
  | "bucketIsPublic"
  | "stack"
  | "functionVariable"
  | "concurrentFunctions"
  | "raisedAlarms"
  | "subscribers"
  | "costTagIsActive"
>;

export interface StageClients {
  readonly s3: S3Client;
  readonly cloudFormation: CloudFormationClient;
  readonly lambda: LambdaClient;
  readonly cloudWatch: CloudWatchClient;
  readonly sns: SNSClient;
  readonly costExplorer: CostExplorerClient;
}

export const stageQuestions = (clients: StageClients): StageQuestions => ({
  bucket: (name, account) => asked("s3:ListBucket", () => whoseBucket(clients.s3, name, account)),
  bucketIsPublic: (name) => asked("s3:GetBucketPolicyStatus", () => isPublic(clients.s3, name)),
  stack: (name) => asked("cloudformation:DescribeStacks", () => stackNamed(clients.cloudFormation, name)),
  functionVariable: (functionName, variable) =>
    asked("lambda:GetFunctionConfiguration", async () => {
      const found = await orNull(
        clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName })),
        "ResourceNotFoundException",
      );
      return found?.Environment?.Variables?.[variable] ?? null;
    }),
  concurrentFunctions: () =>
    asked("lambda:GetAccountSettings", async () => {
      const { AccountLimit } = await clients.lambda.send(new GetAccountSettingsCommand());
      return AccountLimit?.ConcurrentExecutions ?? 0;
    }),
  raisedAlarms: (prefix) =>
    asked("cloudwatch:DescribeAlarms", async () => {
      const answer = await clients.cloudWatch.send(
        new DescribeAlarmsCommand({ AlarmNamePrefix: prefix, StateValue: "ALARM" }),
      );
      return (answer.MetricAlarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? []);
    }),
  subscribers: (topic) =>
    asked("sns:ListSubscriptionsByTopic", async () => {
      const found = await orNull(
        clients.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic })),
        "NotFoundException",
      );
      const arns = (found?.Subscriptions ?? []).map(({ SubscriptionArn }) => SubscriptionArn ?? "");
      const confirmed = arns.filter((arn) => arn.startsWith("arn:")).length;
      return { confirmed, pending: arns.length - confirmed };
    }),
  costTagIsActive: (tag) =>
    asked("ce:ListCostAllocationTags", async () => {
      const answer = await clients.costExplorer.send(
        new ListCostAllocationTagsCommand({ TagKeys: [tag], Status: "Active" }),
      );
      return (answer.CostAllocationTags ?? []).length > 0;
    }),
});

async function orNull<T>(answer: Promise<T>, ...absent: readonly string[]): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isNamed(error, ...absent)) return null;
    throw error;
  }
}

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
    return { status: stack.StackStatus ?? "", changedAt: changed?.toISOString() ?? "" };
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
