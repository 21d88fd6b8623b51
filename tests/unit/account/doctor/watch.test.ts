/** Who hears of what goes wrong, and of what AWS charges: each fault is planted. */
import { expect, test } from "vitest";
import { type Account, NotAllowed } from "../../../../account/doctor/account.ts";
import type { Finding } from "../../../../account/doctor/finding.ts";
import { config, empty, fail, found, functionOf, give, notOk } from "./healthy-account.ts";

const alarm = { name: "LaunchSilent", isRaised: false, tells: true };
const budget = { monthUsd: 50, notices: 1 };
type Case = [what: string, change: Partial<Account>, finding: Pick<Finding, "check" | "detail" | "next">];

test.each<Case>([
  [
    "a raised alarm",
    {
      alarms: give([
        { ...alarm, isRaised: true },
        { ...alarm, name: "ReapSilent" },
      ]),
    },
    {
      check: "alarms",
      detail: "raised: LaunchSilent",
      next: "each alarm's description says what it means (docs/deploy.md)",
    },
  ],
  [
    "a stage without alarms",
    { alarms: give([]) },
    {
      check: "alarms",
      detail: "there are none: nobody hears when the launcher or the reaper fails",
      next: "deploy: npm run mgb -- deploy --stage prod; if that changes nothing, have CloudFormation put back what its template has: aws cloudformation create-change-set --region eu-central-1 --stack-name musicgen-batch-prod --change-set-name put-back --use-previous-template --deployment-mode REVERT_DRIFT --capabilities CAPABILITY_NAMED_IAM; look at it, then aws cloudformation execute-change-set with the same names",
    },
  ],
  [
    "an alarm whose actions are off",
    { alarms: give([{ ...alarm, tells: false }]) },
    {
      check: "alarms",
      detail: "these tell nobody when they are raised: LaunchSilent",
      next: "aws cloudwatch enable-alarm-actions --region eu-central-1 --alarm-names LaunchSilent",
    },
  ],
  [
    "an address that is not confirmed",
    { subscribers: give({ confirmed: 0, pending: 1 }) },
    {
      check: "alarm mail",
      detail: "nobody hears the alarms: the address is not confirmed",
      next: 'follow the link in AWS\'s mail "Subscription Confirmation"',
    },
  ],
  [
    "nobody who is subscribed",
    { subscribers: give({ confirmed: 0, pending: 0 }) },
    {
      check: "alarm mail",
      detail: "nobody hears the alarms",
      next: "have CloudFormation put back what its template has",
    },
  ],
  [
    "no budget",
    { budget: give(null) },
    {
      check: "budget",
      detail: "AWS has no budget musicgen-batch-prod: nobody hears when AWS charges too much",
      next: "put-back",
    },
  ],
  [
    "a budget that tells nobody",
    { budget: give({ ...budget, notices: 0 }) },
    {
      check: "budget",
      detail: "AWS's budget musicgen-batch-prod tells nobody when it is reached",
      next: "put-back",
    },
  ],
])("%s is a fault, with the next step", async (_what, change, { check, detail, next }) => {
  const findings = await notOk(change);
  expect(findings).toMatchObject([{ check, outcome: "fault", detail }]);
  expect(findings[0]?.next).toContain(next);
});

test("who set no address for alarms is told to set one", async () => {
  const { alert_email: _unset, ...silent } = config;
  const deployedFunction = give(functionOf(silent));
  const findings = await notOk({ deployedFunction, subscribers: give({ confirmed: 0, pending: 0 }) }, silent);
  expect(findings).toMatchObject([
    { check: "alarm mail", next: "set alert_email in config/prod.json, and deploy" },
  ]);
});

test.each<Case>([
  [
    "a budget of another amount",
    { budget: give({ ...budget, monthUsd: 500 }) },
    {
      check: "budget",
      detail: "AWS's budget musicgen-batch-prod is of 500 USD a month; budgets.month_usd is 50",
      next: "npm run mgb -- deploy --stage prod",
    },
  ],
  [
    "a cost tag that is not active",
    { costTag: give("inactive" as const) },
    {
      check: "cost tag",
      detail:
        "mgb:stage is not activated for cost allocation: AWS's budget counts nothing (the launcher's own budgets do not need it)",
      next: "activate it: aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=mgb:stage,Status=Active",
    },
  ],
  [
    "a cost tag that AWS has not seen yet",
    { costTag: give("not seen" as const) },
    {
      check: "cost tag",
      detail:
        "AWS has not seen mgb:stage yet, which takes a day after the first deploy: its budget counts nothing",
      next: "ask again tomorrow, then activate it: aws ce update-cost-allocation-tags-status",
    },
  ],
])("%s is only to know", async (_what, change, { check, detail, next }) => {
  const findings = await notOk(change);
  expect(findings).toMatchObject([{ check, outcome: "warning", detail }]);
  expect(findings[0]?.next).toContain(next);
});

test("an account of an organization cannot look at its cost tags, and is told who can", async () => {
  expect(await notOk({ costTag: give("of the organization" as const) })).toEqual([
    {
      check: "cost tag",
      outcome: "unknown",
      detail: "only the organization's management account sees whether mgb:stage is activated",
      next: "ask whoever has that account to activate mgb:stage: Billing and Cost Management → Cost allocation tags",
    },
  ]);
});

test("who may not look at budgets is told which right is missing", async () => {
  const findings = await notOk({ budget: fail(new NotAllowed("budgets:ViewBudget is not allowed")) });
  expect(findings).toMatchObject([
    { check: "budget", outcome: "unknown", detail: "budgets:ViewBudget is not allowed" },
  ]);
  expect(findings[0]?.next).toContain("--policy doctor");
});

test("before the first deploy nobody is asked about alarms, mail, tag and budget", async () => {
  const never = fail(new Error("asked all the same"));
  const findings = await found({
    ...empty,
    alarms: never,
    subscribers: never,
    budget: never,
    costTag: never,
  });
  const about = findings.filter(({ check }) =>
    ["alarms", "alarm mail", "cost tag", "budget"].includes(check),
  );
  expect(about.map(({ detail }) => detail)).toEqual(Array(4).fill("the stage is not deployed yet"));
});
