/** What a deploy would change, as CloudFormation itself says: by a change set that is made, read and deleted. */
import {
  type Change as CloudFormationChange,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  waitUntilChangeSetCreateComplete,
  type CloudFormationClient,
} from "@aws-sdk/client-cloudformation";
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";

export interface Change {
  /** `may replace`: CloudFormation knows only when it does it. */
  readonly act: "add" | "change" | "replace" | "may replace" | "remove";
  /** Such as `AWS::SQS::Queue`. */
  readonly type: string;
  /** Its name in the template. */
  readonly name: string;
}

/** CloudFormation could not say what would change. */
export class ChangesError extends Error {
  override readonly name = "ChangesError";
}

export interface ChangeClients {
  readonly cloudFormation: CloudFormationClient;
  readonly s3: S3Client;
}

const changeSet = "what-would-change";
const templateKey = "what-would-change/template.json";
const wait = { maxWaitTime: 120, minDelay: 1, maxDelay: 5 };
/** A template by its text may have 51,200 bytes; ours has more. */
const templateUrl = (bucket: string): string => `https://${bucket}.s3.amazonaws.com/${templateKey}`;

/** @throws ChangesError */
export async function changesOf(
  { cloudFormation, s3 }: ChangeClients,
  stack: string,
  template: string,
): Promise<readonly Change[]> {
  const Bucket = await codeBucketOf(cloudFormation, stack);
  const named = { StackName: stack, ChangeSetName: changeSet };
  await s3.send(new PutObjectCommand({ Bucket, Key: templateKey, Body: template }));
  try {
    await cloudFormation.send(
      new CreateChangeSetCommand({
        ...named,
        ChangeSetType: "UPDATE",
        TemplateURL: templateUrl(Bucket),
        Capabilities: ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
      }),
    );
    return await readChanges(cloudFormation, named);
  } finally {
    await cloudFormation.send(new DeleteChangeSetCommand(named));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: templateKey }));
  }
}

/** osls's bucket for what it uploads. */
async function codeBucketOf(client: CloudFormationClient, stack: string): Promise<string> {
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
  const bucket = Stacks[0]?.Outputs?.find(({ OutputKey: key }) => key === "ServerlessDeploymentBucketName");
  if (bucket?.OutputValue === undefined)
    throw new ChangesError(`the stack ${stack} does not name the bucket of its code`);
  return bucket.OutputValue;
}

type Named = { readonly StackName: string; readonly ChangeSetName: string };

async function readChanges(client: CloudFormationClient, named: Named): Promise<readonly Change[]> {
  try {
    await waitUntilChangeSetCreateComplete({ client, ...wait }, named);
  } catch (cause) {
    const { StatusReason: reason = "" } = await client.send(new DescribeChangeSetCommand(named));
    if (/no updates are to be performed|didn't contain changes/i.test(reason)) return [];
    throw new ChangesError(`CloudFormation refuses the template: ${reason || String(cause)}`, { cause });
  }
  const changes: Change[] = [];
  for (let token: string | undefined; ;) {
    const page = await client.send(new DescribeChangeSetCommand({ ...named, NextToken: token }));
    changes.push(...(page.Changes ?? []).map(changeFrom));
    token = page.NextToken;
    if (token === undefined) return changes;
  }
}

function changeFrom({ ResourceChange: told }: CloudFormationChange): Change {
  return { act: actOf(told), type: told?.ResourceType ?? "", name: told?.LogicalResourceId ?? "" };
}

function actOf(told: CloudFormationChange["ResourceChange"]): Change["act"] {
  if (told?.Action === "Remove") return "remove";
  if (told?.Action === "Add" || told?.Action === "Import") return "add";
  if (told?.Replacement === "True") return "replace";
  return told?.Replacement === "Conditional" ? "may replace" : "change";
}
