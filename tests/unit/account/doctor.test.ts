import { describe, expect, test } from "vitest";
import { type Account, NoAnswer, NotAllowed, NotSignedIn } from "../../../account/doctor/account.ts";
import { examine } from "../../../account/doctor/doctor.ts";
import type { Finding } from "../../../account/doctor/finding.ts";
import { reportLines, summaryLine } from "../../../account/doctor/report.ts";
import type { ImageFacts } from "../../../serverless/account.ts";
import type { StageConfig } from "../../../shared/config.ts";
import { testSettings } from "../fleet/settings.ts";

const config: StageConfig = { ...testSettings, alert_email: "ada@example.com" };
const give =
  <T>(value: T) =>
  (): Promise<T> =>
    Promise.resolve(value);
const fail = (error: Error) => (): Promise<never> => Promise.reject(error);

const image: ImageFacts = {
  owner: "123456789012",
  name: "musicgen-worker-v1",
  state: "available",
  architecture: "x86_64",
  rootDevice: "/dev/sda1",
  rootGb: 60,
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
  bucket: give("ours" as const),
  bucketIsPublic: give(false),
  stack: give({ status: "UPDATE_COMPLETE", changedAt: "2026-11-30T10:00:00.000Z" }),
  functionVariable: give(JSON.stringify(config)),
  raisedAlarms: give([]),
  subscribers: give({ confirmed: 1, pending: 0 }),
  costTagIsActive: give(true),
  leftovers: give([]),
  forbidden: give([]),
};
const empty: Partial<Account> = { stack: give(null), bucket: give("none" as const) };

const found = (change: Partial<Account>, settings = config): Promise<readonly Finding[]> =>
  examine({ ...healthy, ...change }, "prod", settings);
const notOk = async (change: Partial<Account>, settings = config): Promise<Finding[]> =>
  (await found(change, settings)).filter(({ outcome }) => outcome !== "ok");

test("a healthy stage is ok in every check", async () => {
  expect(await notOk({})).toEqual([]);
});

test("an account without the stage is ok too: the deploy makes what is missing", async () => {
  expect(await notOk(empty)).toEqual([]);
});

const key = "arn:aws:kms:eu-central-1:123456789012:key/1";

test.each<[what: string, change: Partial<Account>, check: string, detail: string, next: string]>([
  ["no spot quota", { quota: give(0) }, "spot quota", "0 vCPUs", "quotas/L-3819A6DF"],
  [
    "a right to deploy that is missing",
    { forbidden: give(["iam:CreateRole"]) },
    "rights to deploy",
    "not allowed: iam:CreateRole",
    "--policy deploy",
  ],
  ["a region that is off", { regionIsEnabled: give(false) }, "region", "not enabled", "enable-region"],
  [
    "a zone without the type",
    { zonesOffering: give(["eu-central-1a"]) },
    "zones",
    "eu-central-1b: no g4dn.xlarge",
    "eu-central-1a",
  ],
  [
    "zones that all cost more than the cap",
    { spotPrices: give(new Map([["eu-central-1a", 0.45]])) },
    "spot price",
    "every zone is above it",
    "max_spot_price_usd",
  ],
  [
    "a disk key that EC2 may not use",
    { defaultDiskKey: give(key) },
    "disk encryption",
    "would end at its start",
    `create-grant --key-id ${key}`,
  ],
  ["no image", { image: give(null) }, "worker image", "is not in eu-central-1", "npm run ami -- build"],
  [
    "an image that is larger than the disk",
    { image: give({ ...image, rootGb: 100 }) },
    "worker image",
    "it needs 100 GB",
    "config/prod.json",
  ],
  [
    "somebody else's bucket",
    { ...empty, bucket: give("others" as const) },
    "bucket",
    "belongs to another account",
    "name another bucket",
  ],
  [
    "a bucket that no stack has",
    { stack: give(null) },
    "bucket",
    "no stack has it",
    "npm run adopt -- --stage prod",
  ],
  ["a public bucket", { bucketIsPublic: give(true) }, "bucket", "everybody", "delete-bucket-policy"],
  [
    "a first deploy that failed",
    { stack: give({ status: "ROLLBACK_COMPLETE", changedAt: "" }) },
    "stack",
    "ROLLBACK_COMPLETE",
    "npm run destroy -- --stage prod",
  ],
  [
    "a raised alarm",
    { raisedAlarms: give(["LaunchSilent"]) },
    "alarms",
    "raised: LaunchSilent",
    "docs/deploy.md",
  ],
  [
    "an address that is not confirmed",
    { subscribers: give({ confirmed: 0, pending: 1 }) },
    "alarm mail",
    "not confirmed",
    "Subscription Confirmation",
  ],
  [
    "a machine of a stage that is gone",
    { leftovers: give([{ kind: "machine" as const, id: "i-1", tag: "mgb:stage=old" }]) },
    "leftovers",
    "machine i-1 (mgb:stage=old)",
    "aws ec2 terminate-instances --instance-ids i-1 --region eu-central-1",
  ],
  [
    "a clock that is six minutes behind",
    { identity: give({ account: "1", arn: "arn:aws:iam::1:user/ada", clockAheadMs: -360_000 }) },
    "clock",
    "360 s behind AWS's",
    "NTP",
  ],
])("%s is a fault, with the next step", async (_what, change, check, detail, next) => {
  const faults = (await notOk(change)).filter(({ outcome }) => outcome === "fault");
  const fault = faults.find((one) => one.check === check);
  expect(fault?.detail).toContain(detail);
  expect(fault?.next).toContain(next);
});

test.each<[what: string, change: Partial<Account>, settings: StageConfig, check: string, detail: string]>([
  ["room for one machine of four", { quota: give(4) }, config, "spot quota", "4 of g4dn.xlarge need 16"],
  [
    "a new account's ten functions",
    { concurrentFunctions: give(10) },
    config,
    "functions at once",
    "429 or 503",
  ],
  ["no role for spot yet", { hasRole: give(false) }, config, "spot role", "not there yet"],
  [
    "a configuration that was not deployed",
    {},
    { ...config, max_spot_price_usd: 0.3 },
    "configuration",
    "differs from what is deployed in: max_spot_price_usd",
  ],
  [
    "a deploy that was rolled back",
    { stack: give({ status: "UPDATE_ROLLBACK_COMPLETE", changedAt: "" }) },
    config,
    "stack",
    "the last deploy failed",
  ],
  ["a cost tag that is not active", { costTagIsActive: give(false) }, config, "cost tag", "counts nothing"],
])("%s is only to know", async (_what, change, settings, check, detail) => {
  const findings = await notOk(change, settings);
  expect(findings).toMatchObject([{ check, outcome: "warning" }]);
  expect(findings[0]?.detail).toContain(detail);
});

test("a disk key that EC2 may use is ok", async () => {
  expect(await notOk({ defaultDiskKey: give(key), keyIsFor: give(true) })).toEqual([]);
});

test("what may not be asked is unknown, with the policy that lets it, and the rest is looked at", async () => {
  const findings = await found({
    quota: fail(new NotAllowed("servicequotas:GetServiceQuota is not allowed")),
  });
  const unknown = findings.filter(({ outcome }) => outcome === "unknown");
  expect(unknown.map(({ check }) => check)).toEqual(["spot quota", "on-demand quota"]);
  expect(unknown[0]?.next).toContain("--policy doctor");
  expect(findings.filter(({ outcome }) => outcome === "ok").length).toBeGreaterThan(15);
});

describe("without credentials that work", () => {
  test.each([
    [new NotSignedIn("the token has expired"), "sign in: aws configure"],
    [new NoAnswer("connect ECONNREFUSED"), "look at the network"],
  ])("nothing else is asked: %s", async (error, next) => {
    const findings = await found({ identity: fail(error), quota: fail(new Error("asked all the same")) });
    expect(findings).toMatchObject([{ check: "credentials", outcome: "fault" }]);
    expect(findings[0]?.next).toContain(next);
  });
});

test("a finding is one line, and its next step stands under it", async () => {
  const findings = await found({ quota: give(4) });
  const lines = reportLines(findings);
  expect(lines).toHaveLength(findings.length + 1);
  expect(lines[0]).toMatch(/^✓ credentials +arn:aws:iam::123456789012:user\/ada, account 123456789012$/);
  expect(lines.filter((line) => line.startsWith("! spot quota"))).toHaveLength(1);
  expect(summaryLine(findings)).toMatch(/^\d+ ok, 1 to know, 0 to mend, 0 not looked at$/);
});
