import { describe, expect, test } from "vitest";
import { type Account, NoAnswer, NotAllowed, NotSignedIn } from "../../../../account/doctor/account.ts";
import { reportLines, summaryLine } from "../../../../account/doctor/report.ts";
import type { StageConfig } from "../../../../shared/config.ts";
import { withType } from "../../fleet/settings.ts";
import { config, empty, fail, found, functionOf, give, image, notOk, stack } from "./healthy-account.ts";

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
  ["no image", { image: give(null) }, "worker image", "is not in eu-central-1", "npm run mgb -- ami build"],
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
    "npm run mgb -- adopt --stage prod",
  ],
  ["a public bucket", { bucketIsPublic: give(true) }, "bucket", "everybody", "delete-bucket-policy"],
  [
    "a first deploy that failed",
    { stack: give({ ...stack, status: "ROLLBACK_COMPLETE" }) },
    "stack",
    "ROLLBACK_COMPLETE",
    "npm run mgb -- destroy --stage prod",
  ],
  [
    "a launch whose outcome nobody found out",
    { openLaunches: give(["intent_1"]) },
    "launches",
    "intent_1",
    "/aws/lambda/musicgen-batch-prod-launch",
  ],
  [
    "a spot request that is still open",
    { leftovers: give([{ kind: "spot request" as const, id: "sir-1", tag: "mgb:stage=old" }]) },
    "leftovers",
    "spot request sir-1 (mgb:stage=old)",
    "aws ec2 cancel-spot-instance-requests --spot-instance-request-ids sir-1 --region eu-central-1",
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
    withType({ max_spot_price_usd: 0.3 }, config),
    "configuration",
    "differs from what is deployed in: max_spot_price_usd",
  ],
  [
    "a deploy that was rolled back",
    { stack: give({ ...stack, status: "UPDATE_ROLLBACK_COMPLETE" }) },
    config,
    "stack",
    "the last deploy failed",
  ],
])("%s is only to know", async (_what, change, settings, check, detail) => {
  const findings = await notOk(change, settings);
  expect(findings).toMatchObject([{ check, outcome: "warning" }]);
  expect(findings[0]?.detail).toContain(detail);
});

const ownKey: StageConfig = { ...config, encryption: { kms_key_arn: key, logs: true } };
const ownNetwork: StageConfig = {
  ...config,
  zones: ["eu-central-1a"],
  network: { vpc_id: "vpc-00000001", subnets: { "eu-central-1a": "subnet-0000000a" } },
};
const deployed = (settings: StageConfig): Partial<Account> => ({
  deployedFunction: give(functionOf(settings)),
});

test.each<[what: string, change: Partial<Account>, settings: StageConfig, check: string, detail: string]>([
  [
    "the stage's key that spot may not use",
    deployed(ownKey),
    ownKey,
    "disk encryption",
    `with your key ${key}, which AWSServiceRoleForEC2Spot may not use`,
  ],
  [
    "the stage's key that logs may not use",
    deployed(ownKey),
    ownKey,
    "log encryption",
    "CloudWatch Logs may not use your key",
  ],
  [
    "a subnet that is gone",
    deployed(ownNetwork),
    ownNetwork,
    "network",
    "subnet-0000000a is not in eu-central-1",
  ],
])("%s is a fault of the account", async (_what, change, settings, check, detail) => {
  const faults = (await notOk(change, settings)).filter(({ outcome }) => outcome === "fault");
  expect(faults.find((one) => one.check === check)?.detail).toContain(detail);
});

test("the stage's own key and network are ok where everybody may use them", async () => {
  expect(await notOk({ ...deployed(ownKey), keyIsFor: give(true) }, ownKey)).toEqual([]);
  const subnets = new Map([["subnet-0000000a", { zone: "eu-central-1a", vpcId: "vpc-00000001" }]]);
  expect(await notOk({ ...deployed(ownNetwork), subnets: give(subnets) }, ownNetwork)).toEqual([]);
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
