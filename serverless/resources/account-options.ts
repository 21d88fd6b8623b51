/**
 * What an account may ask of every resource of a kind: a permissions boundary on roles, a key of the customer's own on
 * whatever keeps data. Applied to the finished template, so that no resource can be forgotten.
 */
import type { StageConfig } from "../../shared/config.ts";
import { type Resource, type Resources, sub } from "./template.ts";

type Options = Pick<StageConfig, "encryption" | "permissions_boundary">;

/** osls's own: it holds code alone, which the deployer uploads and Lambda reads. */
const codeBucket = "ServerlessDeploymentBucket";

export const withAccountOptions = (resources: Resources, options: Options): Resources =>
  Object.fromEntries(
    Object.entries(resources).map(([name, resource]) => [
      name,
      name === codeBucket ? resource : withOptions(resource, options),
    ]),
  );

function withOptions(resource: Resource, { encryption, permissions_boundary: boundary }: Options): Resource {
  const key = encryption?.kms_key_arn;
  switch (resource.Type) {
    case "AWS::IAM::Role":
      return changed(resource, {
        ...(boundary !== undefined && { PermissionsBoundary: boundary }),
        ...(key !== undefined && { Policies: withKeyRights(resource, key) }),
      });
    case "AWS::SQS::Queue":
      return key === undefined ? resource : encryptedQueue(resource, key);
    case "AWS::S3::Bucket":
      return key === undefined ? resource : changed(resource, { BucketEncryption: bucketEncryption(key) });
    case "AWS::Logs::LogGroup":
      return encryption?.logs === true ? changed(resource, { KmsKeyId: key }) : resource;
    default:
      return resource;
  }
}

const changed = (resource: Resource, properties: Readonly<Record<string, unknown>>): Resource => ({
  ...resource,
  Properties: { ...resource.Properties, ...properties },
});

function encryptedQueue(resource: Resource, key: string): Resource {
  const { SqsManagedSseEnabled: _ofSqs, ...properties } = resource.Properties ?? {};
  // A data key is used for an hour, so that polling does not ask KMS each time.
  const ofOurs = { KmsMasterKeyId: key, KmsDataKeyReusePeriodSeconds: 3600 };
  return { ...resource, Properties: { ...properties, ...ofOurs } };
}

const bucketEncryption = (key: string): unknown => ({
  ServerSideEncryptionConfiguration: [
    {
      ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: key },
      // One data key for many objects: without it each read and write is a request to KMS, and charged.
      BucketKeyEnabled: true,
    },
  ],
});

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}
interface Statement {
  readonly Action: string | readonly string[];
}

/** Who writes needs a new data key; who reads or receives, only its decryption. */
const writing = ["s3:PutObject", "sqs:SendMessage"];
const through = (service: string): unknown => sub(`${service}.\${AWS::Region}.\${AWS::URLSuffix}`);

/** @see SQS developer guide, "Configuring AWS KMS permissions"; S3 user guide, "Using SSE-KMS" */
function withKeyRights({ Properties }: Resource, key: string): readonly Policy[] {
  const policies = (Properties?.["Policies"] ?? []) as readonly Policy[];
  const actions = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).flatMap(actionsOf);
  const writes = actions.some((action) => writing.includes(action));
  const statements = [
    {
      Effect: "Allow",
      Action: writes ? ["kms:Decrypt", "kms:GenerateDataKey"] : ["kms:Decrypt"],
      Resource: key,
      Condition: { StringEquals: { "kms:ViaService": [through("s3"), through("sqs")] } },
    },
    ...(actions.includes("ec2:RunInstances") ? volumeRights(key) : []),
  ];
  return policies.map((policy, index) => (index === 0 ? withStatements(policy, statements) : policy));
}

/** A machine's volume is encrypted for whoever launches it. @see EBS user guide, "Requirements for EBS encryption" */
const volumeRights = (key: string): unknown[] => [
  {
    Effect: "Allow",
    Action: [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ],
    Resource: key,
    Condition: { StringEquals: { "kms:ViaService": through("ec2") } },
  },
  {
    Effect: "Allow",
    Action: ["kms:CreateGrant"],
    Resource: key,
    Condition: {
      StringEquals: { "kms:ViaService": through("ec2") },
      Bool: { "kms:GrantIsForAWSResource": true },
    },
  },
];

const withStatements = (policy: Policy, more: readonly unknown[]): Policy => ({
  ...policy,
  PolicyDocument: {
    ...policy.PolicyDocument,
    Statement: [...policy.PolicyDocument.Statement, ...(more as readonly Statement[])],
  },
});

const actionsOf = ({ Action }: Statement): readonly string[] =>
  typeof Action === "string" ? [Action] : Action;
