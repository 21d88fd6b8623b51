/**
 * Imports an existing bucket, with all that is in it, into a stage's stack: `npm run mgb -- adopt --stage prod`. Without
 * this, a deploy would try to create the bucket and fail because its name is taken. The next deploy gives the bucket
 * the stage's settings.
 */
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import {
  CloudFormationServiceException,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeStackResourcesCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  waitUntilChangeSetCreateComplete,
  waitUntilStackImportComplete,
} from "@aws-sdk/client-cloudformation";

export class AdoptError extends Error {
  override readonly name = "AdoptError";
}

/** The logical name of the bucket in serverless/resources/bucket.yml. */
const logicalName = "Bucket";
const changeSet = "adopt-bucket";
const maxWaitTime = 300;

/** The part of its definition that an import needs. */
const bucketResource = (name: string) => ({
  Type: "AWS::S3::Bucket",
  DeletionPolicy: "RetainExceptOnCreate",
  UpdateReplacePolicy: "Retain",
  Properties: { BucketName: name },
});

interface Template {
  readonly Resources: Readonly<Record<string, unknown>>;
}

/** @throws AdoptError when the stack already has a bucket, or CloudFormation cannot import this one */
export async function adoptBucket(
  client: CloudFormationClient,
  stack: string,
  bucket: string,
): Promise<void> {
  const template = await templateOf(client, stack);
  if (logicalName in template.Resources) throw new AdoptError(await alreadyThere(client, stack));
  const Resources = { ...template.Resources, [logicalName]: bucketResource(bucket) };
  const importing = { StackName: stack, ChangeSetName: changeSet };
  await client.send(
    new CreateChangeSetCommand({
      ...importing,
      ChangeSetType: "IMPORT",
      ResourcesToImport: [
        {
          ResourceType: "AWS::S3::Bucket",
          LogicalResourceId: logicalName,
          ResourceIdentifier: { BucketName: bucket },
        },
      ],
      TemplateBody: JSON.stringify({ ...template, Resources }),
      Capabilities: ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    }),
  );
  try {
    await waitUntilChangeSetCreateComplete({ client, maxWaitTime, minDelay: 1, maxDelay: 5 }, importing);
  } catch (cause) {
    await client.send(new DeleteChangeSetCommand(importing));
    throw new AdoptError(`CloudFormation cannot take the bucket ${bucket}: ${reasonIn(cause)}`, { cause });
  }
  await client.send(new ExecuteChangeSetCommand(importing));
  await waitUntilStackImportComplete({ client, maxWaitTime, minDelay: 1, maxDelay: 5 }, { StackName: stack });
}

/** @returns a template without resources when there is no stack yet */
async function templateOf(client: CloudFormationClient, stack: string): Promise<Template> {
  try {
    const { TemplateBody } = await client.send(
      new GetTemplateCommand({ StackName: stack, TemplateStage: "Original" }),
    );
    return JSON.parse(TemplateBody ?? "{}") as Template;
  } catch (error) {
    if (error instanceof CloudFormationServiceException && error.name === "ValidationError")
      return { Resources: {} };
    throw error;
  }
}

async function alreadyThere(client: CloudFormationClient, stack: string): Promise<string> {
  const { StackResources = [] } = await client.send(
    new DescribeStackResourcesCommand({ StackName: stack, LogicalResourceId: logicalName }),
  );
  return `the stack ${stack} has a bucket already: ${StackResources[0]?.PhysicalResourceId ?? "it is being made"}`;
}

/** The waiter's error contains CloudFormation's answer as JSON. */
function reasonIn(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /"StatusReason":"([^"]*)"/.exec(text)?.[1] ?? text;
}
