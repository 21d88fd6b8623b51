/** An account on AWS, with the credentials that the SDK finds, as every AWS tool does. */
import { BudgetsClient } from "@aws-sdk/client-budgets";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CostExplorerClient } from "@aws-sdk/client-cost-explorer";
import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SNSClient } from "@aws-sdk/client-sns";
import { STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@aws-sdk/types";
import { serviceName } from "../../../serverless/names.ts";
import type { Clock } from "../../../shared/ports.ts";
import type { Account } from "../account.ts";
import { ec2Questions, leftoversOf } from "./ec2-questions.ts";
import { identityQuestions } from "./identity-questions.ts";
import { stageQuestions } from "./stage-questions.ts";
import { watchQuestions } from "./watch-questions.ts";

/** A person waits for the answers. */
const limits = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

export interface AccountOptions {
  readonly region: string;
  readonly clock: Clock;
  /** In place of AWS's own: one endpoint for every service. */
  readonly endpoint?: string;
  /** In place of those that the SDK finds. */
  readonly credentials?: AwsCredentialIdentity;
}

export function awsAccount({ region, clock, endpoint, credentials }: AccountOptions): Account {
  const settings = {
    region,
    maxAttempts: 2,
    requestHandler: limits,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
  };
  const ec2 = new EC2Client(settings);
  const stages = stageQuestions(
    {
      s3: new S3Client({ ...settings, ...(endpoint !== undefined && { forcePathStyle: true }) }),
      cloudFormation: new CloudFormationClient(settings),
      lambda: new LambdaClient(settings),
    },
    clock,
  );
  // These two have one endpoint for all regions.
  const ofBilling = { ...settings, region: "us-east-1" };
  return {
    ...ec2Questions(ec2, new KMSClient(settings), region),
    ...stages,
    ...watchQuestions({
      cloudWatch: new CloudWatchClient(settings),
      sns: new SNSClient(settings),
      costExplorer: new CostExplorerClient(ofBilling),
      budgets: new BudgetsClient(ofBilling),
    }),
    ...identityQuestions(
      {
        sts: new STSClient(settings),
        iam: new IAMClient(settings),
        quotas: new ServiceQuotasClient(settings),
      },
      clock,
    ),
    leftovers: () =>
      leftoversOf(ec2, async (stage) => (await stages.stack(`${serviceName}-${stage}`)) !== null),
  };
}
