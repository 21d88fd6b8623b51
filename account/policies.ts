/**
 * What an administrator lets a person do: three policies, each for one purpose, for IAM to attach. Every action is
 * written out, because IAM's simulator takes no wildcards. What ends on a resource of one name is held to ours.
 * @see IAM user guide, "IAM JSON policy elements: Action"
 */

export const purposes = ["doctor", "deploy", "image"] as const;
export type Purpose = (typeof purposes)[number];

export interface PolicyNames {
  readonly account: string;
  readonly region: string;
  readonly bucket: string;
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
}
export interface Policy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

const all = (service: string, ...names: readonly string[]): string[] =>
  names.map((name) => `${service}:${name}`);

/** Reading alone. */
const doctorActions: readonly string[] = [
  ...all("iam", "GetRole", "SimulatePrincipalPolicy"),
  ...all("servicequotas", "GetServiceQuota", "GetAWSDefaultServiceQuota"),
  ...all(
    "ec2",
    "DescribeRegions",
    "DescribeInstanceTypeOfferings",
    "DescribeInstanceTypes",
    "DescribeSpotPriceHistory",
    "GetEbsEncryptionByDefault",
    "GetEbsDefaultKmsKeyId",
    "DescribeImages",
    "DescribeKeyPairs",
    "DescribeInstances",
    "DescribeVolumes",
    "DescribeSnapshots",
    "DescribeSpotInstanceRequests",
    "DescribeSecurityGroups",
    "DescribeSubnets",
  ),
  ...all("kms", "ListGrants", "GetKeyPolicy"),
  ...all("s3", "ListBucket", "GetBucketPublicAccessBlock", "GetBucketPolicyStatus", "GetObject"),
  ...all("cloudformation", "DescribeStacks", "GetTemplate"),
  ...all("lambda", "GetFunctionConfiguration", "GetAccountSettings"),
  "cloudwatch:DescribeAlarms",
  "sns:ListSubscriptionsByTopic",
  "ce:ListCostAllocationTags",
  "budgets:ViewBudget",
];

const stackActions = all(
  "cloudformation",
  "CreateChangeSet",
  "CreateStack",
  "DeleteChangeSet",
  "DeleteStack",
  "DescribeChangeSet",
  "DescribeStackEvents",
  "DescribeStackResource",
  "DescribeStackResources",
  "DescribeStacks",
  "ExecuteChangeSet",
  "GetTemplate",
  "ListStackResources",
  "UpdateStack",
);
const bucketActions = all(
  "s3",
  "CreateBucket",
  "DeleteBucket",
  "DeleteBucketPolicy",
  "DeleteObject",
  "DeleteObjectVersion",
  "GetBucketLocation",
  "GetBucketPolicy",
  "GetBucketTagging",
  "GetObject",
  "ListBucket",
  "ListBucketVersions",
  "PutBucketOwnershipControls",
  "PutBucketCORS",
  "PutBucketPolicy",
  "PutBucketPublicAccessBlock",
  "PutBucketTagging",
  "PutBucketVersioning",
  "PutEncryptionConfiguration",
  "PutLifecycleConfiguration",
  "PutObject",
);
const roleActions = all(
  "iam",
  "AddRoleToInstanceProfile",
  "CreateInstanceProfile",
  "CreateRole",
  "DeleteInstanceProfile",
  "DeleteRole",
  "DeleteRolePermissionsBoundary",
  "DeleteRolePolicy",
  "GetInstanceProfile",
  "GetRole",
  "GetRolePolicy",
  "PassRole",
  "PutRolePermissionsBoundary",
  "PutRolePolicy",
  "RemoveRoleFromInstanceProfile",
  "TagRole",
  "UntagRole",
  "UpdateAssumeRolePolicy",
);
const functionActions = all(
  "lambda",
  "AddPermission",
  "CreateFunction",
  "DeleteFunction",
  "DeleteFunctionEventInvokeConfig",
  "GetFunction",
  "GetFunctionConfiguration",
  "InvokeFunction",
  "ListTags",
  "PutFunctionEventInvokeConfig",
  "RemovePermission",
  "TagResource",
  "UntagResource",
  "UpdateFunctionCode",
  "UpdateFunctionConfiguration",
);
/** Lambda holds these to no function's name. */
const queueSourceActions = all(
  "lambda",
  "CreateEventSourceMapping",
  "DeleteEventSourceMapping",
  "GetEventSourceMapping",
  "UpdateEventSourceMapping",
);
const queueActions = all(
  "sqs",
  "CreateQueue",
  "DeleteQueue",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListQueueTags",
  "SetQueueAttributes",
  "TagQueue",
  "UntagQueue",
);
const eventActions = all(
  "events",
  "DeleteRule",
  "DescribeRule",
  "ListTagsForResource",
  "PutRule",
  "PutTargets",
  "RemoveTargets",
  "TagResource",
);
const topicActions = all(
  "sns",
  "CreateTopic",
  "DeleteTopic",
  "GetTopicAttributes",
  "ListSubscriptionsByTopic",
  "ListTagsForResource",
  "SetTopicAttributes",
  "Subscribe",
  "TagResource",
  "Unsubscribe",
);
const dashboardActions = all("cloudwatch", "DeleteDashboards", "GetDashboard", "PutDashboard");
const alarmActions = all("cloudwatch", "DeleteAlarms", "DescribeAlarms", "PutMetricAlarm", "TagResource");
const logActions = all(
  "logs",
  "AssociateKmsKey",
  "CreateLogGroup",
  "DeleteLogGroup",
  "DeleteMetricFilter",
  "DescribeLogGroups",
  "DescribeMetricFilters",
  "DisassociateKmsKey",
  "ListTagsForResource",
  "PutMetricFilter",
  "PutRetentionPolicy",
  "TagResource",
);
/** The gateway's access log goes through these, which are held to no name. */
const logDeliveryActions = all(
  "logs",
  "CreateLogDelivery",
  "DeleteLogDelivery",
  "DescribeResourcePolicies",
  "GetLogDelivery",
  "ListLogDeliveries",
  "PutResourcePolicy",
  "UpdateLogDelivery",
);
/** API Gateway's actions are the HTTP methods on its resources. */
const gatewayActions = all("apigateway", "DELETE", "GET", "PATCH", "POST", "PUT", "TagResource");
/** EC2 holds most of these to no name; the network and the launch template carry our tag. */
const networkActions = all(
  "ec2",
  "AssociateRouteTable",
  "AttachInternetGateway",
  "AuthorizeSecurityGroupEgress",
  "AuthorizeSecurityGroupIngress",
  "CreateInternetGateway",
  "CreateLaunchTemplate",
  "CreateLaunchTemplateVersion",
  "CreateRoute",
  "CreateRouteTable",
  "CreateSecurityGroup",
  "CreateSubnet",
  "CreateTags",
  "CreateVpc",
  "CreateVpcEndpoint",
  "DeleteInternetGateway",
  "DeleteLaunchTemplate",
  "DeleteRoute",
  "DeleteRouteTable",
  "DeleteSecurityGroup",
  "DeleteSubnet",
  "DeleteVpc",
  "DeleteVpcEndpoints",
  "DescribeAvailabilityZones",
  "DescribeImages",
  "DescribeInstanceTypeOfferings",
  "DescribeInternetGateways",
  "DescribeKeyPairs",
  "DescribeLaunchTemplateVersions",
  "DescribeLaunchTemplates",
  "DescribeRouteTables",
  "DescribeSecurityGroups",
  "DescribeSubnets",
  "DescribeVpcEndpoints",
  "DescribeVpcs",
  "DetachInternetGateway",
  "DisassociateRouteTable",
  "ModifySubnetAttribute",
  "ModifyVpcAttribute",
  "RevokeSecurityGroupEgress",
);

function deployStatements({ account, region, bucket }: PolicyNames): readonly Statement[] {
  const arn = (service: string, name: string): string => `arn:aws:${service}:${region}:${account}:${name}`;
  return [
    allow("Stack", stackActions, arn("cloudformation", "stack/musicgen-batch-*/*")),
    allow("Template", ["cloudformation:ValidateTemplate"], "*"),
    // osls keeps what it uploads in a bucket that it names after the stack.
    allow("Buckets", bucketActions, [
      `arn:aws:s3:::${bucket}`,
      `arn:aws:s3:::${bucket}/*`,
      "arn:aws:s3:::musicgen-batch-*",
      "arn:aws:s3:::musicgen-batch-*/*",
    ]),
    allow("Roles", roleActions, [
      `arn:aws:iam::${account}:role/musicgen-*`,
      `arn:aws:iam::${account}:instance-profile/musicgen-*`,
    ]),
    allow("Functions", functionActions, arn("lambda", "function:musicgen-batch-*")),
    allow("QueueSources", queueSourceActions, "*"),
    allow("Queues", queueActions, arn("sqs", "musicgen-batch-*")),
    allow("Schedules", eventActions, arn("events", "rule/musicgen-batch-*")),
    allow("Alerts", topicActions, arn("sns", "musicgen-batch-*")),
    allow("Alarms", alarmActions, arn("cloudwatch", "alarm:musicgen-batch-*")),
    allow("Dashboard", dashboardActions, `arn:aws:cloudwatch::${account}:dashboard/musicgen-batch-*`),
    allow("Logs", logActions, arn("logs", "log-group:*")),
    allow("LogDeliveries", logDeliveryActions, "*"),
    allow("Gateway", gatewayActions, `arn:aws:apigateway:${region}::/*`),
    allow("Network", networkActions, "*"),
    allow(
      "Budget",
      all("budgets", "ModifyBudget", "ViewBudget"),
      `arn:aws:budgets::${account}:budget/musicgen-batch-*`,
    ),
  ];
}

/** What `npm run mgb -- ami build | ls | use | rm` asks of EC2. */
const imageActions = all(
  "ec2",
  "CreateImage",
  "CreateSecurityGroup",
  "CreateTags",
  "DeleteSecurityGroup",
  "DeleteSnapshot",
  "DeregisterImage",
  "DescribeImages",
  "DescribeInstanceTypeOfferings",
  "DescribeInstances",
  "DescribeSecurityGroups",
  "DescribeSubnets",
  "RunInstances",
  "StopInstances",
  "TerminateInstances",
);

/** The builds' own bucket, which the command names, and the stage's, for a worker's package. */
const packageActions = all(
  "s3",
  "CreateBucket",
  "GetObject",
  "ListBucket",
  "PutBucketPublicAccessBlock",
  "PutLifecycleConfiguration",
  "PutObject",
);

const allow = (sid: string, actions: readonly string[], resource: Statement["Resource"]): Statement => ({
  Sid: sid,
  Effect: "Allow",
  Action: actions,
  Resource: resource,
});

function statementsOf(purpose: Purpose, names: PolicyNames): readonly Statement[] {
  switch (purpose) {
    case "doctor":
      return [allow("Look", doctorActions, "*")];
    case "deploy":
      return deployStatements(names);
    case "image":
      return [
        allow("Machine", imageActions, "*"),
        allow("Packages", packageActions, "arn:aws:s3:::*"),
        // The base image is named by AWS's own parameter.
        allow("BaseImage", ["ssm:GetParameters"], `arn:aws:ssm:${names.region}::parameter/aws/service/*`),
        // The image of a stage that is deployed is not deleted.
        allow(
          "Stages",
          ["cloudformation:DescribeStacks"],
          `arn:aws:cloudformation:*:${names.account}:stack/musicgen-batch-*`,
        ),
      ];
  }
}

export const policyOf = (purpose: Purpose, names: PolicyNames): Policy => ({
  Version: "2012-10-17",
  Statement: statementsOf(purpose, names),
});

/** Every action of a purpose, each once. */
export const actionsOf = (purpose: Purpose, names: PolicyNames): readonly string[] => [
  ...new Set(statementsOf(purpose, names).flatMap(({ Action }) => Action)),
];
