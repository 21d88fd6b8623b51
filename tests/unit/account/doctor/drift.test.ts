/** What is deployed, against what this checkout would deploy: each difference is planted. */
import { expect, test } from "vitest";
import { type Account, NoAnswer } from "../../../../account/doctor/account.ts";
import type { Checkout } from "../../../../account/doctor/checkout.ts";
import type { Finding } from "../../../../account/doctor/finding.ts";
import type { StageConfig } from "../../../../shared/config.ts";
import {
  config,
  empty,
  fail,
  found,
  functionOf,
  give,
  image,
  notOk,
  stack,
  templateOf,
} from "./healthy-account.ts";

const deploy = "deploy: npm run mgb -- deploy --stage prod";

test("a stage that was deployed from this checkout is told to be the same", async () => {
  const findings = await found({});
  const about = findings.filter(({ check }) => ["template", "code", "worker", "drift"].includes(check));
  expect(about.map(({ outcome, detail }) => [outcome, detail])).toEqual([
    ["ok", "what is deployed is what this checkout would deploy"],
    ["ok", "of each function as in this checkout"],
    ["ok", "the image has this checkout's worker 0123456789abcdef"],
    [
      "ok",
      "CloudFormation has not looked for changes by hand since the last deploy: aws cloudformation detect-stack-drift --region eu-central-1 --stack-name musicgen-batch-prod (it takes minutes)",
    ],
  ]);
});

test("a letter that CloudFormation keeps as a question mark is no difference", async () => {
  expect(await notOk({ template: give(templateOf("1796069287109-2026").replace("ü", "?")) })).toEqual([]);
});

const packagedAs = (template: string): Partial<Checkout> => ({
  packaged: give({ template, code: new Map([["musicgen-batch-prod-launch", "code of today"]]) }),
});
const resources = (...names: readonly string[]): string =>
  JSON.stringify({ Resources: Object.fromEntries(names.map((name) => [name, { Type: "AWS::SQS::Queue" }])) });

type Case = [what: string, change: Partial<Account>, here: Partial<Checkout>, finding: Partial<Finding>];
test.each<Case>([
  [
    "a resource that this checkout has otherwise",
    {},
    packagedAs(templateOf("1", 30)),
    {
      check: "template",
      detail: "a deploy from this checkout would change LaunchLambdaFunction",
      next: deploy,
    },
  ],
  [
    "resources that are new, gone and changed",
    { template: give(resources("Old", "Kept")) },
    packagedAs(resources("Kept", "A", "B", "C", "D", "E", "F")),
    {
      check: "template",
      detail: "a deploy from this checkout would add A, B, C, D, E and 1 more; remove Old",
      next: deploy,
    },
  ],
  [
    "code that this checkout has otherwise",
    { deployedFunction: give({ ...functionOf(config), codeSha256: "code of yesterday" }) },
    {},
    { check: "code", detail: "another than in this checkout: launch", next: deploy },
  ],
  [
    "an image with an older worker",
    { image: give({ ...image, worker: "fedcba9876543210" }) },
    {},
    {
      check: "worker",
      detail: "the image has the worker fedcba9876543210; this checkout's is 0123456789abcdef",
      next: "make an image with it: npm run mgb -- ami build --stage prod --bucket <a bucket for builds>, then npm run mgb -- ami use",
    },
  ],
  [
    "resources that somebody changed by hand, as CloudFormation has found",
    { stack: give({ ...stack, drift: { state: "drifted", lookedAt: "2026-11-30T11:00:00.000Z" } }) },
    {},
    {
      check: "drift",
      detail: "CloudFormation found at 2026-11-30T11:00:00.000Z that resources were changed by hand",
      next: "see which: aws cloudformation describe-stack-resource-drifts --region eu-central-1 --stack-name musicgen-batch-prod --stack-resource-drift-status-filters MODIFIED DELETED; have CloudFormation put back what its template has: aws cloudformation create-change-set --region eu-central-1 --stack-name musicgen-batch-prod --change-set-name put-back --use-previous-template --deployment-mode REVERT_DRIFT --capabilities CAPABILITY_NAMED_IAM; look at it, then aws cloudformation execute-change-set with the same names",
    },
  ],
])("%s is only to know", async (_what, change, here, finding) => {
  expect(await notOk(change, config, here)).toEqual([{ outcome: "warning", ...finding }]);
});

test("what CloudFormation found before the last deploy says nothing of now", async () => {
  const drift = { state: "drifted", lookedAt: "2026-11-30T09:00:00.000Z" } as const;
  expect(await notOk({ stack: give({ ...stack, drift }) })).toEqual([]);
});

test("what CloudFormation has looked for and not found is ok", async () => {
  const drift = { state: "in sync", lookedAt: "2026-11-30T11:00:00.000Z" } as const;
  const findings = await found({ stack: give({ ...stack, drift }) });
  expect(findings.find(({ check }) => check === "drift")).toMatchObject({
    outcome: "ok",
    detail: "CloudFormation found at 2026-11-30T11:00:00.000Z that nothing was changed by hand",
  });
});

test("a changed configuration is told by its fields alone, not by each function that has it", async () => {
  const older: StageConfig = { ...config, log_retention_days: 60 };
  const template = give(templateOf("1796069287109-2026", 60, older));
  expect(await notOk({ deployedFunction: give(functionOf(older)), template })).toMatchObject([
    { check: "configuration", detail: expect.stringContaining("differs") as string },
  ]);
});

const fromPackage = (version: string): StageConfig => ({
  ...config,
  bootstrap: { source: "s3", version, sha256: "ab".repeat(32) },
});

test("machines that install the worker themselves are compared by the package's version", async () => {
  const settings = fromPackage("fedcba9876543210");
  expect(await notOk({ deployedFunction: give(functionOf(settings)) }, settings)).toEqual([
    {
      check: "worker",
      outcome: "warning",
      detail: "machines install the worker fedcba9876543210; this checkout's is 0123456789abcdef",
      next: deploy,
    },
  ]);
  const same = fromPackage("0123456789abcdef");
  expect(await notOk({ deployedFunction: give(functionOf(same)) }, same)).toEqual([]);
});

test("machines that make the worker of a commit are compared with this checkout by git", async () => {
  const commit = "c0".repeat(20);
  const repository = "https://github.com/ada/musicgen-batch.git";
  const settings: StageConfig = { ...config, bootstrap: { source: "git", repository, commit } };
  const change = { deployedFunction: give(functionOf(settings)) };
  expect(await notOk(change, settings)).toEqual([]);
  expect(await notOk(change, settings, { workerChangedSince: give(true) })).toEqual([
    {
      check: "worker",
      outcome: "warning",
      detail: `machines make the worker of commit ${commit}; this checkout's is another`,
      next: "push, write a newer commit into config/prod.json, and deploy",
    },
  ]);
});

test("of an image that our builder has not made nobody knows the worker", async () => {
  const findings = await notOk({ image: give({ ...image, worker: null }) });
  expect(findings).toMatchObject([
    { check: "worker", outcome: "unknown", detail: "the image does not say which worker it has" },
  ]);
});

test("a checkout that cannot be packaged leaves the other checks theirs", async () => {
  const packaged = fail(new NoAnswer("serverless package failed; see .local/doctor/prod/serverless.log"));
  expect(await notOk({}, config, { packaged })).toMatchObject([
    { check: "template", outcome: "unknown", detail: expect.stringContaining("serverless.log") as string },
    { check: "code", outcome: "unknown" },
  ]);
});

test("before the first deploy nothing is packaged", async () => {
  const never = fail(new Error("packaged all the same"));
  const findings = await found(empty, config, { packaged: never, workerVersion: never });
  expect(findings.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
});
