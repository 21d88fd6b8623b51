/** An account for the doctor's tests: the stage is deployed, and nothing is wrong but what a test changes. */
import type { Account } from "../../../../account/doctor/account.ts";
import type { Checkout } from "../../../../account/doctor/checkout.ts";
import { examine } from "../../../../account/doctor/doctor.ts";
import type { Finding } from "../../../../account/doctor/finding.ts";
import type { ImageFacts } from "../../../../serverless/account.ts";
import type { StageConfig } from "../../../../shared/config.ts";
import { testSettings } from "../../fleet/settings.ts";

export const config: StageConfig = { ...testSettings, alert_email: "ada@example.com" };
export const give =
  <T>(value: T) =>
  (): Promise<T> =>
    Promise.resolve(value);
export const fail = (error: Error) => (): Promise<never> => Promise.reject(error);

export const image: ImageFacts = {
  owner: "123456789012",
  name: "musicgen-worker-v1",
  state: "available",
  architecture: "x86_64",
  rootDevice: "/dev/sda1",
  rootGb: 60,
  worker: "0123456789abcdef",
};

export const stack = {
  status: "UPDATE_COMPLETE",
  changedAt: "2026-11-30T10:00:00.000Z",
  drift: { state: "not looked for", lookedAt: null },
} as const;

export const functionOf = (settings: StageConfig) => ({
  variables: { MGB_CONFIG: JSON.stringify(settings) },
  codeSha256: "code of today",
});

/** A template as osls makes it: the time of the packaging is in it. */
export const templateOf = (time: string, timeout = 60, settings = config): string =>
  JSON.stringify({
    Resources: {
      LaunchLambdaFunction: {
        Type: "AWS::Lambda::Function",
        Properties: {
          FunctionName: "musicgen-batch-prod-launch",
          Code: { S3Key: `serverless/musicgen-batch/prod/${time}/launch.zip` },
          Timeout: timeout,
          Environment: { Variables: functionOf(settings).variables },
        },
      },
      Jobs: { Type: "AWS::SQS::Queue", Properties: { Tags: [{ Key: "team", Value: "Süd" }] } },
    },
  });

/** What this checkout would deploy is what is deployed. */
const checkout: Checkout = {
  packaged: give({
    template: templateOf("1796069332709-2026"),
    code: new Map([["musicgen-batch-prod-launch", "code of today"]]),
  }),
  workerVersion: give("0123456789abcdef"),
  workerChangedSince: give(false),
};

/** An account in which the stage is deployed and nothing is wrong. */
const healthy: Account = {
  identity: give({ account: "123456789012", arn: "arn:aws:iam::123456789012:user/ada", clockAheadMs: 400 }),
  regionIsEnabled: give(true),
  zonesOffering: give(["eu-central-1a", "eu-central-1b", "eu-central-1c"]),
  vcpusOf: give(4),
  spotPrices: give(
    new Map([
      ["eu-central-1a", 0.21],
      ["eu-central-1b", 0.5],
    ]),
  ),
  quota: give(16),
  concurrentFunctions: give(1000),
  hasRole: give(true),
  defaultDiskKey: give(null),
  keyIsFor: give(false),
  image: give(image),
  hasKeyPair: give(true),
  subnets: give(new Map()),
  bucket: give("ours" as const),
  bucketIsPublic: give(false),
  stack: give(stack),
  deployedFunction: give(functionOf(config)),
  template: give(templateOf("1796069287109-2026")),
  alarms: give([{ name: "LaunchSilent", isRaised: false, tells: true }]),
  subscribers: give({ confirmed: 1, pending: 0 }),
  budget: give({ monthUsd: 50, notices: 1 }),
  costTag: give("active" as const),
  openLaunches: give([]),
  leftovers: give([]),
  forbidden: give([]),
};
export const empty: Partial<Account> = { stack: give(null), bucket: give("none" as const) };

export const found = (
  change: Partial<Account>,
  settings = config,
  here: Partial<Checkout> = {},
): Promise<readonly Finding[]> =>
  examine({ ...healthy, ...change }, { ...checkout, ...here }, "prod", settings);
export const notOk = async (...changed: Parameters<typeof found>): Promise<Finding[]> =>
  (await found(...changed)).filter(({ outcome }) => outcome !== "ok");
