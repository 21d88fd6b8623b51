import { expect, test } from "vitest";
import type { Change } from "../../../../account/deploy/changes.ts";
import { nextSteps } from "../../../../account/deploy/next-steps.ts";
import { changeLines, costLines, firstDeployLines } from "../../../../account/deploy/summary.ts";
import { testSettings } from "../../fleet/settings.ts";

test("a first deploy lists what will exist by its kind", () => {
  const queue = { Type: "AWS::SQS::Queue" };
  expect(firstDeployLines({ Jobs: queue, Events: queue, Launch: { Type: "AWS::Lambda::Function" } })).toEqual(
    ["It is not deployed yet. 3 resources will exist:", "  2 SQS Queue, 1 Lambda Function"],
  );
});

const change = (act: Change["act"], type: string, name: string): Change => ({ act, type, name });

test("what is lost comes first and by name; what is only changed is counted past the fourth", () => {
  const functions = ["a", "b", "c", "d", "e", "f"].map((name) =>
    change("change", "AWS::Lambda::Function", name),
  );
  const removed = ["q1", "q2", "q3", "q4", "q5"].map((name) => change("remove", "AWS::SQS::Queue", name));
  expect(
    changeLines([
      ...functions,
      change("add", "AWS::SNS::Topic", "Alerts"),
      change("replace", "AWS::EC2::Subnet", "WorkerSubnetA"),
      change("may replace", "AWS::EC2::VPC", "WorkerNetwork"),
      ...removed,
    ]),
  ).toEqual([
    "  remove       SQS Queue: q1, q2, q3, q4, q5",
    "  replace      EC2 Subnet: WorkerSubnetA",
    "  may replace  EC2 VPC: WorkerNetwork",
    "  add          SNS Topic: Alerts",
    "  change       Lambda Function: a, b, c, d and 2 more",
  ]);
});

test("a deploy that changes nothing says so", () => {
  expect(changeLines([])).toEqual(["Nothing would change."]);
});

test("the cost of doing nothing and the most that machines may cost are told", () => {
  const lines = costLines({
    ...testSettings,
    instance_types: [{ ...testSettings.instance_types[0], max_spot_price_usd: 0.3 }],
    limits: { ...testSettings.limits, max_instances: 2 },
    budgets: { day_usd: 5, month_usd: 60 },
  });
  expect(lines.join("\n")).toContain("0.97 USD a month");
  expect(lines.join("\n")).toContain(
    "2 at most, g4dn.xlarge at 0.3 USD an hour at most, within 5 USD a day and 60 a month",
  );
});

const deployed = { stage: "prod", url: "https://api.example", key: "there", email: "confirmed" } as const;

test("a stage that has all leaves the cost tag and the doctor to do", () => {
  const lines = nextSteps(deployed);
  expect(lines).toHaveLength(4);
  expect(lines[3]).toBe("  2. look at the stage: npm run mgb -- doctor --stage prod");
});

test("the first key is shown once, with how to use it", () => {
  const lines = nextSteps({ ...deployed, key: { made: "mgb_secret" }, email: "pending" });
  expect(lines.filter((line) => line.includes("mgb_secret"))).toEqual([
    "Its first API key, which is not shown again: mgb_secret",
  ]);
  expect(lines).toContain("  1. log in with the key: npm run mgb -- login --url https://api.example");
  expect(lines.join("\n")).toContain("Subscription Confirmation");
});
