import { describe, expect, test } from "vitest";
import { withAccountOptions } from "../../../serverless/resources/account-options.ts";
import type { Resources } from "../../../serverless/resources/template.ts";

const key = "arn:aws:kms:eu-central-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef";
const boundary = "arn:aws:iam::123456789012:policy/boundary";
const roleOf = (...actions: string[]) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    RoleName: "role",
    Policies: [
      {
        PolicyName: "own",
        PolicyDocument: { Statement: [{ Effect: "Allow", Action: actions, Resource: "arn" }] },
      },
    ],
  },
});
const resources: Resources = {
  Reader: roleOf("s3:GetObject"),
  Writer: roleOf("s3:GetObject", "s3:PutObject"),
  Sender: roleOf("sqs:SendMessage"),
  Launcher: roleOf("s3:PutObject", "ec2:RunInstances"),
  Jobs: { Type: "AWS::SQS::Queue", Properties: { QueueName: "jobs", SqsManagedSseEnabled: true } },
  Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "clips" } },
  ServerlessDeploymentBucket: { Type: "AWS::S3::Bucket", Properties: {} },
  Log: { Type: "AWS::Logs::LogGroup", Properties: { RetentionInDays: 30 } },
};

/** The actions on the key that a role gets, and under which condition. */
function keyRights(name: string): readonly [unknown, unknown][] {
  const { Policies } = withAccountOptions(resources, { encryption: { kms_key_arn: key, logs: false } })[name]
    ?.Properties as unknown as ReturnType<typeof roleOf>["Properties"];
  return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Resource }) => Resource === key)
    .map((statement) => [statement.Action, (statement as { Condition?: unknown }).Condition]);
}
const through = (...services: string[]) =>
  services.map((name) => ({ "Fn::Sub": `${name}.\${AWS::Region}.\${AWS::URLSuffix}` }));
const ofStores = { StringEquals: { "kms:ViaService": through("s3", "sqs") } };

test("without options the template stays as it is", () => {
  expect(withAccountOptions(resources, {})).toEqual(resources);
});

test("a boundary is on every role, and on nothing else", () => {
  const bounded = Object.entries(withAccountOptions(resources, { permissions_boundary: boundary }))
    .filter(([, { Properties }]) => Properties?.["PermissionsBoundary"] === boundary)
    .map(([name]) => name);
  expect(bounded).toEqual(["Reader", "Writer", "Sender", "Launcher"]);
});

describe("a key of the customer's own", () => {
  const encrypted = withAccountOptions(resources, { encryption: { kms_key_arn: key, logs: true } });

  test("encrypts every queue in place of SQS's", () => {
    expect(encrypted["Jobs"]?.Properties).toEqual({
      QueueName: "jobs",
      KmsMasterKeyId: key,
      KmsDataKeyReusePeriodSeconds: 3600,
    });
  });

  test("encrypts the bucket, with one data key for many objects, and not the bucket of the code", () => {
    expect(encrypted["Bucket"]?.Properties).toEqual({
      BucketName: "clips",
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: key },
            BucketKeyEnabled: true,
          },
        ],
      },
    });
    expect(encrypted["ServerlessDeploymentBucket"]).toEqual(resources["ServerlessDeploymentBucket"]);
  });

  test("encrypts logs only when that is asked for", () => {
    expect(encrypted["Log"]?.Properties?.["KmsKeyId"]).toBe(key);
    const without = withAccountOptions(resources, { encryption: { kms_key_arn: key, logs: false } });
    expect(without["Log"]).toEqual(resources["Log"]);
  });

  test.each([
    ["Reader", ["kms:Decrypt"]],
    ["Writer", ["kms:Decrypt", "kms:GenerateDataKey"]],
    ["Sender", ["kms:Decrypt", "kms:GenerateDataKey"]],
  ])("%s may use it for what it does, through S3 and SQS alone", (name, actions) => {
    expect(keyRights(name)).toEqual([[actions, ofStores]]);
  });

  test("who launches may have volumes encrypted with it, and grants made for EC2 alone", () => {
    const ofVolumes = { StringEquals: { "kms:ViaService": through("ec2")[0] } };
    expect(keyRights("Launcher")).toEqual([
      [["kms:Decrypt", "kms:GenerateDataKey"], ofStores],
      [
        [
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:GenerateDataKeyWithoutPlaintext",
          "kms:ReEncryptFrom",
          "kms:ReEncryptTo",
        ],
        ofVolumes,
      ],
      [["kms:CreateGrant"], { ...ofVolumes, Bool: { "kms:GrantIsForAWSResource": true } }],
    ]);
  });
});
