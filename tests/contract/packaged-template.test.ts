/** Rules that the packaged template keeps, for the local stage and for one in the cloud. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { routeKeys } from "../../shared/contract/api/routes.ts";
import { withAccountOptions } from "../../serverless/resources/account-options.ts";
import type { Resources } from "../../serverless/resources/template.ts";
import type { Packaged } from "../../account/doctor/checkout.ts";
import { localCheckout } from "../../account/doctor/local-checkout.ts";
import { runServerless } from "../../local/cloud/run-serverless.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
interface TemplateResource {
  readonly Type: string;
  // What CloudFormation takes is wide and of no type here; each test looks at its corner of it.
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string | readonly string[];
}
type Template = Readonly<Record<string, TemplateResource>>;

const root = join(import.meta.dirname, "..", "..");
const functionNames = [
  "authorize",
  "submit",
  "expand",
  "read",
  "web",
  "operate",
  "launch",
  "reap",
  "fold",
  "deliver",
];
const cloudOnlyTypes = [
  "AWS::Budgets::Budget",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::Logs::MetricFilter",
  "AWS::SNS::Subscription",
  "AWS::SNS::Topic",
  "AWS::SNS::TopicPolicy",
];

const packaged = async (stage: string): Promise<Template> => {
  const folder = join(root, ".local", "package-test", stage);
  const signal = AbortSignal.timeout(240_000);
  await runServerless({ root, folder, args: ["package", "--stage", stage], environment: {}, signal });
  const path = join(folder, "service", ".serverless", "cloudformation-template-update-stack.json");
  return (JSON.parse(readFileSync(path, "utf8")) as { Resources: Template }).Resources;
};

const ofType = (template: Template, type: string): readonly [string, TemplateResource][] =>
  Object.entries(template).filter(([, { Type }]) => Type === type);

const actionsOf = ({ Action }: Statement): readonly string[] =>
  typeof Action === "string" ? [Action] : Action;

const statementsOf = ({ Properties }: TemplateResource): readonly Statement[] => {
  const policies = Properties["Policies"] as readonly {
    PolicyDocument: { Statement: readonly Statement[] };
  }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
};

const noRole: TemplateResource = { Type: "", Properties: { Policies: [] } };

let local: Template;
let cloud: Template;
/** As the doctor asks for it. */
let checkout: Packaged;
beforeAll(async () => {
  local = await packaged("local");
  checkout = await localCheckout(root, "example").packaged();
  cloud = (JSON.parse(checkout.template) as { Resources: Template }).Resources;
}, 500_000);

test("the doctor knows each function's code by the digest that Lambda tells", () => {
  expect([...checkout.code.keys()].toSorted()).toEqual(
    functionNames.map((name) => `musicgen-batch-example-${name}`).toSorted(),
  );
  for (const digest of checkout.code.values()) expect(digest).toMatch(/^[A-Za-z0-9+/]{43}=$/);
});

test("the local stage is the cloud stage without what only a real AWS account has", () => {
  // Some logical names carry the model's id or the stage's name.
  const everywhere = (template: Template) =>
    Object.entries(template)
      .filter(([, { Type }]) => !cloudOnlyTypes.includes(Type))
      .map(
        ([name, { Type }]) =>
          `${name.replace(/MusicgenDemo|FacebookMusicgenSmall|local|example/, "")} ${Type}`,
      )
      .toSorted();
  expect(everywhere(local)).toEqual(everywhere(cloud));
  expect(Object.values(local).filter(({ Type }) => cloudOnlyTypes.includes(Type))).toEqual([]);
  expect(ofType(cloud, "AWS::Budgets::Budget")).toHaveLength(1);
});

test("an alarm is raised when the launcher or the reaper stops all launches", () => {
  const filters = ofType(cloud, "AWS::Logs::MetricFilter")
    .map(([, { Properties }]) => Properties)
    .filter(({ MetricTransformations }) => JSON.stringify(MetricTransformations).includes("LaunchesHeld"));
  expect(filters.map(({ LogGroupName }) => LogGroupName)).toEqual([
    { Ref: "LaunchLogGroup" },
    { Ref: "ReapLogGroup" },
  ]);
  for (const { FilterPattern } of filters)
    expect(FilterPattern).toBe('{ $.message = "launches are paused" }');
  expect(cloud["LaunchesHeldAlarm"]?.Properties).toMatchObject({
    Namespace: "musicgen-batch-example",
    MetricName: "LaunchesHeld",
    AlarmActions: [{ Ref: "Alerts" }],
  });
});

test.each([
  ["Launch", "work gets machines"],
  ["Reap", "machines may run on"],
])("an alarm is raised when %s does not run: a disabled schedule causes no failure", (name) => {
  expect(cloud[`${name}SilentAlarm`]?.Properties).toMatchObject({
    Namespace: "AWS/Lambda",
    MetricName: "Invocations",
    Dimensions: [{ Name: "FunctionName", Value: { Ref: `${name}LambdaFunction` } }],
    Statistic: "Sum",
    ComparisonOperator: "LessThanThreshold",
    Threshold: 1,
    TreatMissingData: "breaching",
    AlarmActions: [{ Ref: "Alerts" }],
  });
});

test("alarms are raised when the API gets very many requests, and when it fails", () => {
  const ofApi = {
    Dimensions: [{ Name: "ApiId", Value: { Ref: "HttpApi" } }],
    AlarmActions: [{ Ref: "Alerts" }],
  };
  expect(cloud["ManyRequestsAlarm"]?.Properties).toMatchObject({ MetricName: "Count", ...ofApi });
  expect(cloud["ServerErrorsAlarm"]?.Properties).toMatchObject({ MetricName: "5xx", ...ofApi });
});

test.each([
  ["MachinesRunOn", "Reap", "machines are past their lifetime and still run", "MachinesRunOn"],
  ["MachinesRunOn", "Reap", "a stop is not proven", "MachinesRunOn"],
  ["OldestJob", "Launch", "measured", "OldestJobSeconds"],
  ["OverBudget", "Launch", "measured", "SpentDayUsd"],
])("the alarm %s is raised by what %s logs as '%s'", (alarm, name, message, metric) => {
  const filter = ofType(cloud, "AWS::Logs::MetricFilter").find(
    ([, { Properties }]) =>
      JSON.stringify(Properties["MetricTransformations"]).includes(`"${metric}"`) &&
      JSON.stringify(Properties["FilterPattern"]).includes(message),
  );
  expect(filter?.[1].Properties).toMatchObject({
    LogGroupName: { Ref: `${name}LogGroup` },
    FilterPattern: `{ $.message = "${message}" }`,
    MetricTransformations: [{ MetricNamespace: "musicgen-batch-example", MetricName: metric }],
  });
  expect(cloud[`${alarm}Alarm`]?.Properties).toMatchObject({
    Namespace: "musicgen-batch-example",
    MetricName: metric,
    TreatMissingData: "notBreaching",
    AlarmActions: [{ Ref: "Alerts" }],
  });
});

test("an alarm is raised when today's machines cost more than the day's budget", () => {
  expect(cloud["OverBudgetAlarm"]?.Properties["Threshold"]).toBe(5);
});

test("an alarm is raised for dead letters of jobs and of webhooks", () => {
  const text = JSON.stringify(cloud["DeadLettersAlarm"]?.Properties["Metrics"]);
  expect(text).toContain('"Fn::GetAtt":["JobsDeadLetters","QueueName"]');
  expect(text).toContain('"Fn::GetAtt":["WebhooksDeadLetters","QueueName"]');
});

test("the dashboard shows metrics and logs that are there", () => {
  const body = cloud["Dashboard"]?.Properties["DashboardBody"] as { "Fn::Sub": string };
  const { widgets } = JSON.parse(body["Fn::Sub"]) as {
    widgets: readonly { properties: { metrics?: readonly string[][]; query?: string } }[];
  };
  const queues = ofType(cloud, "AWS::SQS::Queue").map(([, { Properties }]) => Properties["QueueName"]);
  const groups = ofType(cloud, "AWS::Logs::LogGroup").map(([, { Properties }]) => Properties["LogGroupName"]);
  const made = ofType(cloud, "AWS::Logs::MetricFilter").flatMap(([, { Properties }]) =>
    (Properties["MetricTransformations"] as { MetricName: string }[]).map(({ MetricName }) => MetricName),
  );
  const shown = widgets.flatMap(({ properties }) => properties.metrics ?? []);
  const named = (namespace: string, place: number) =>
    new Set(shown.filter(([own]) => own === namespace).map((metric) => metric[place]));
  expect(named("musicgen-batch-example", 1)).toEqual(new Set(made));
  expect(queues).toEqual(expect.arrayContaining([...named("AWS/SQS", 3)]));
  expect(named("AWS/ApiGateway", 3)).toEqual(new Set(["${HttpApi}"]));
  const logs = widgets.flatMap(({ properties }) => [
    ...(properties.query ?? "").matchAll(/SOURCE '([^']+)'/g),
  ]);
  expect(logs.length).toBeGreaterThan(0);
  expect(groups).toEqual(expect.arrayContaining(logs.map(([, group]) => group)));
});

test("alarms and budget warnings go to the address in the configuration", () => {
  expect(cloud["AlertsByMail"]?.Properties).toEqual({
    TopicArn: { Ref: "Alerts" },
    Protocol: "email",
    Endpoint: "you@example.com",
  });
  expect(JSON.stringify(cloud["MonthlyBudget"]?.Properties)).toContain(
    '"Subscribers":[{"SubscriptionType":"SNS","Address":{"Ref":"Alerts"}}]',
  );
});

describe("roles", () => {
  test("every function has a role of its own, and nobody else has one but the workers", () => {
    const roles = ofType(cloud, "AWS::Lambda::Function").map(([, { Properties }]) => {
      const [role] = (Properties["Role"] as { "Fn::GetAtt": [string, string] })["Fn::GetAtt"];
      return role;
    });
    expect(new Set(roles).size).toBe(functionNames.length);
    expect(
      ofType(cloud, "AWS::IAM::Role")
        .map(([name]) => name)
        .toSorted(),
    ).toEqual([...roles, "WorkerRole"].toSorted());
  });

  test("no right is a wildcard, and only EC2's Describe calls reach every resource", () => {
    const statements = ofType(cloud, "AWS::IAM::Role").flatMap(([, role]) => statementsOf(role));
    expect(statements.flatMap(actionsOf).filter((action) => action.includes("*"))).toEqual([]);
    const everywhere = statements.filter(({ Resource }) => Resource === "*").flatMap(actionsOf);
    expect(new Set(everywhere)).toEqual(
      new Set(["ec2:DescribeInstances", "ec2:DescribeSpotPriceHistory", "ec2:DescribeSubnets"]),
    );
  });

  test("a function cannot make log groups, which would keep their logs for ever", () => {
    const statements = ofType(cloud, "AWS::IAM::Role").flatMap(([, role]) => statementsOf(role));
    expect(statements.flatMap(actionsOf)).not.toContain("logs:CreateLogGroup");
  });

  test("no role may delete a record of the audit, and only functions that act may write one", () => {
    const statements = ofType(cloud, "AWS::IAM::Role").flatMap(([role, resource]) =>
      statementsOf(resource).map((statement) => ({ role, statement })),
    );
    const reach = statements.filter(({ statement }) =>
      JSON.stringify(statement.Resource).includes("/audit/"),
    );
    const rights = reach.flatMap(({ role, statement }) =>
      actionsOf(statement).map((action) => `${role.replace("IamRoleLambdaExecution", "")} ${action}`),
    );
    expect(rights.toSorted()).toEqual([
      "Operate s3:GetObject",
      "Operate s3:PutObject",
      "Read s3:GetObject",
      "Submit s3:GetObject",
      "Submit s3:PutObject",
    ]);
    expect(JSON.stringify(statements.map(({ statement }) => statement.Resource))).not.toContain("Arn}/*");
  });

  test("the workers' role is named after the stage", () => {
    expect(cloud["WorkerRole"]?.Properties["RoleName"]).toBe("musicgen-worker-role-example");
  });

  test("machines are ended only when they carry the stage's tag", () => {
    const statements = ofType(cloud, "AWS::IAM::Role").flatMap(([, role]) => statementsOf(role));
    const ending = statements.filter((statement) => actionsOf(statement).includes("ec2:TerminateInstances"));
    expect(ending).not.toHaveLength(0);
    for (const { Condition } of ending)
      expect(Condition).toEqual({ StringEquals: { "aws:ResourceTag/mgb:stage": "example" } });
  });

  /** What the launcher may do to resources of a kind, as EC2's ARNs name it: the conditions, by the action. */
  const conditionsFor = (kind: string): Record<string, unknown> => {
    const statements = statementsOf(cloud["LaunchIamRoleLambdaExecution"] ?? noRole);
    const ofKind = statements.filter(({ Resource }) => JSON.stringify(Resource).includes(`:${kind}/`));
    return Object.fromEntries(
      ofKind.flatMap((statement) =>
        actionsOf(statement).map((action) => [action, statement.Condition ?? {}]),
      ),
    );
  };
  const template = {
    "Fn::Sub": "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:launch-template/${WorkerTemplate}",
  };
  const fromTemplate = { ArnEquals: { "ec2:LaunchTemplate": template } };
  const tagged = { "aws:RequestTag/mgb:stage": "example" };
  const atBirth = { ...tagged, "ec2:CreateAction": ["CreateFleet", "RunInstances"] };

  test("the launcher starts machines of our type from our template only, and tags all that a launch makes", () => {
    expect(conditionsFor("instance")).toEqual({
      "ec2:TerminateInstances": { StringEquals: { "aws:ResourceTag/mgb:stage": "example" } },
      "ec2:CreateFleet": { StringEquals: tagged },
      "ec2:RunInstances": {
        StringEquals: { ...tagged, "ec2:InstanceType": ["g4dn.xlarge"] },
        ...fromTemplate,
      },
      "ec2:CreateTags": { StringEquals: atBirth },
    });
    expect(conditionsFor("volume")).toEqual({
      "ec2:CreateFleet": { StringEquals: tagged },
      "ec2:RunInstances": { StringEquals: tagged, ...fromTemplate },
      "ec2:CreateTags": { StringEquals: atBirth },
    });
    expect(conditionsFor("network-interface")).toEqual({
      "ec2:RunInstances": { StringEquals: tagged, ...fromTemplate },
      "ec2:CreateTags": { StringEquals: atBirth },
    });
    expect(conditionsFor("fleet")).toEqual({
      "ec2:CreateFleet": { StringEquals: tagged },
      "ec2:CreateTags": { StringEquals: atBirth },
    });
  });

  test("image, firewall and subnets of a launch are the stage's own, and there is no key pair without ssh", () => {
    const statements = statementsOf(cloud["LaunchIamRoleLambdaExecution"] ?? noRole);
    const running = statements.filter((statement) => actionsOf(statement).includes("ec2:RunInstances"));
    const named = JSON.stringify(running.map(({ Resource }) => Resource));
    expect(named).toContain("::image/ami-0123456789abcdef0");
    expect(named).toContain(":security-group/${WorkerFirewall.GroupId}");
    for (const subnet of ["WorkerSubnetA", "WorkerSubnetB", "WorkerSubnetC"])
      expect(named).toContain(`:subnet/\${${subnet}}`);
    expect(named).not.toMatch(/:(image|security-group|subnet|launch-template)\/\*/);
    expect(named).not.toContain("key-pair");
  });

  test("the launcher passes the workers' role to EC2 alone, and makes no role but spot's own", () => {
    const statements = statementsOf(cloud["LaunchIamRoleLambdaExecution"] ?? noRole);
    const ofIam = statements.filter((statement) => actionsOf(statement).some((a) => a.startsWith("iam:")));
    expect(ofIam.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      [["iam:PassRole"], { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } }],
      [["iam:CreateServiceLinkedRole"], { StringEquals: { "iam:AWSServiceName": "spot.amazonaws.com" } }],
    ]);
  });

  test("a worker has no EC2 right and writes nothing but what workers write", () => {
    const statements = statementsOf(cloud["WorkerRole"] ?? noRole);
    expect(statements.flatMap(actionsOf).filter((action) => /^(ec2|iam|lambda):/.test(action))).toEqual([]);
    const writes = statements.filter((statement) => actionsOf(statement).includes("s3:PutObject"));
    expect(JSON.stringify(writes)).not.toContain("/keys/");
    expect(JSON.stringify(writes)).not.toContain("latch");
  });
});

describe("the bucket", () => {
  test("is private, encrypted, kept when the stack goes, and refuses what comes without TLS", () => {
    const bucket = cloud["Bucket"];
    expect(bucket?.DeletionPolicy).toBe("RetainExceptOnCreate");
    expect(bucket?.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{}] },
    });
    expect(JSON.stringify(cloud["BucketPolicy"]?.Properties)).toContain('"aws:SecureTransport":false');
  });

  test("keeps the audit for 400 days, and lets nobody delete a record of it or write over one", () => {
    const { Rules } = cloud["Bucket"]?.Properties["LifecycleConfiguration"] as {
      Rules: readonly { Id: string }[];
    };
    expect(Rules.find(({ Id }) => Id === "audit")).toMatchObject({ Prefix: "audit/", ExpirationInDays: 400 });
    const { Statement } = cloud["BucketPolicy"]?.Properties["PolicyDocument"] as {
      Statement: readonly (Statement & { readonly Sid: string })[];
    };
    const audit = { Effect: "Deny", Principal: "*", Resource: { "Fn::Sub": "${Bucket.Arn}/audit/*" } };
    expect(Statement.filter(({ Sid }) => Sid.startsWith("Audit"))).toEqual([
      { Sid: "AuditIsNotDeleted", ...audit, Action: ["s3:DeleteObject", "s3:DeleteObjectVersion"] },
      {
        Sid: "AuditIsNotOverwritten",
        ...audit,
        Action: "s3:PutObject",
        Condition: { Null: { "s3:if-none-match": true } },
      },
    ]);
  });

  test("deletes records that are of no use later, and never a batch", () => {
    const { Rules } = cloud["Bucket"]?.Properties["LifecycleConfiguration"] as {
      Rules: readonly { Prefix?: string; ExpirationInDays?: number }[];
    };
    const expiring = Rules.filter(({ ExpirationInDays }) => ExpirationInDays !== undefined);
    for (const { Prefix } of expiring)
      expect(Prefix).toMatch(
        /^(audit|idempotency|reuse|uploads|fleet\/(bootstraps|decisions|workers|drains|intents)|webhooks\/(deliveries|told|slow))\/$/,
      );
  });
});

describe("the API", () => {
  const ofDashboard = ["ANY /", "ANY /assets/{name}"];
  const routesOf = (template: Template) => ofType(template, "AWS::ApiGatewayV2::Route");

  test("has the routes of the contract, those of the dashboard, and one for all other requests", () => {
    const keys = routesOf(cloud).map(([, { Properties }]) => Properties["RouteKey"]);
    expect(keys.toSorted()).toEqual(["$default", ...ofDashboard, ...routeKeys].toSorted());
  });

  test("asks for a key on every route but the health check, the list of routes, their description and the dashboard", () => {
    const open = routesOf(cloud)
      .filter(([, { Properties }]) => Properties["AuthorizationType"] !== "CUSTOM")
      .map(([, { Properties }]) => Properties["RouteKey"]);
    expect(open.toSorted()).toEqual([
      ...ofDashboard,
      "GET /docs",
      "GET /healthz",
      "GET /openapi.json",
      "GET /v1",
    ]);
  });

  test("limits only routes that are there, and after them: API Gateway refuses other limits", () => {
    const routes = ofType(cloud, "AWS::ApiGatewayV2::Route");
    const limited = Object.keys(cloud["HttpApiStage"]?.Properties["RouteSettings"] as object);
    const named = limited.map((limitedKey) =>
      routes.find(([, { Properties }]) => Properties["RouteKey"] === limitedKey),
    );
    expect(named).not.toContain(undefined);
    expect(cloud["HttpApiStage"]?.DependsOn).toEqual(
      expect.arrayContaining(named.map((route) => route?.[0])),
    );
  });
});

test("every function's log ends after the configured days, and every queue is encrypted", () => {
  const logs = ofType(cloud, "AWS::Logs::LogGroup");
  // Those of the functions, and the API's access log.
  expect(logs).toHaveLength(functionNames.length + 1);
  for (const [, { Properties }] of logs) expect(Properties["RetentionInDays"]).toBe(30);
  for (const [, { Properties }] of ofType(cloud, "AWS::SQS::Queue"))
    expect(Properties["SqsManagedSseEnabled"]).toBe(true);
});

test("a tick or an expansion that failed or waited for a minute is not run again: the next tick starts anew", () => {
  const configs = ofType(cloud, "AWS::Lambda::EventInvokeConfig").map(([, { Properties }]) => Properties);
  expect(configs.map(({ FunctionName }) => FunctionName)).toEqual([
    { Ref: "ExpandLambdaFunction" },
    { Ref: "LaunchLambdaFunction" },
    { Ref: "ReapLambdaFunction" },
  ]);
  for (const config of configs)
    expect(config).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
});

test("at most two folds run at once, because all events of a batch change one record", () => {
  const fold = ofType(cloud, "AWS::Lambda::EventSourceMapping").filter(([name]) => name.startsWith("Fold"));
  expect(fold.map(([, { Properties }]) => Properties["ScalingConfig"])).toEqual([{ MaximumConcurrency: 2 }]);
});

test("at most two deliveries of webhooks run at once: a new account may run ten functions", () => {
  const deliver = ofType(cloud, "AWS::Lambda::EventSourceMapping").filter(([name]) =>
    name.startsWith("Deliver"),
  );
  expect(deliver.map(([, { Properties }]) => Properties["ScalingConfig"])).toEqual([
    { MaximumConcurrency: 2 },
  ]);
});

test("a secret of a webhook is read by what signs and by what makes it, and by nothing else", () => {
  const readers = functionNames.filter((name) => {
    const role = cloud[`${name.charAt(0).toUpperCase()}${name.slice(1)}IamRoleLambdaExecution`] ?? noRole;
    return statementsOf(role).some(
      (statement) =>
        actionsOf(statement).includes("s3:GetObject") &&
        /webhooks\/(secrets\/)?\*/.test(JSON.stringify(statement.Resource)),
    );
  });
  expect(readers).toEqual(["submit", "deliver"]);
});

test("a function that reads a queue gives back only the messages that failed", () => {
  const sources = ofType(cloud, "AWS::Lambda::EventSourceMapping");
  expect(sources).toHaveLength(2);
  for (const [, { Properties }] of sources)
    expect(Properties["FunctionResponseTypes"]).toEqual(["ReportBatchItemFailures"]);
});

test("an account's boundary and key reach every role, every queue, every log and the bucket", () => {
  const key = "arn:aws:kms:eu-central-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef";
  const options = {
    permissions_boundary: "arn:aws:iam::123456789012:policy/boundary",
    encryption: { kms_key_arn: key, logs: true },
  };
  const bound = withAccountOptions(cloud as Resources, options) as Template;
  for (const [, role] of ofType(bound, "AWS::IAM::Role")) {
    expect(role.Properties["PermissionsBoundary"]).toBe(options.permissions_boundary);
    expect(statementsOf(role).filter(({ Resource }) => Resource === key)).not.toHaveLength(0);
  }
  for (const [, { Properties }] of ofType(bound, "AWS::SQS::Queue")) {
    expect(Properties["KmsMasterKeyId"]).toBe(key);
    expect(Properties).not.toHaveProperty("SqsManagedSseEnabled");
  }
  for (const [, { Properties }] of ofType(bound, "AWS::Logs::LogGroup"))
    expect(Properties["KmsKeyId"]).toBe(key);
  expect(JSON.stringify(bound["Bucket"])).toContain(`"KMSMasterKeyID":"${key}"`);
});
