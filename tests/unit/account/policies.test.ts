import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { actionsOf, policyOf, type Purpose, purposes } from "../../../account/policies.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const names = { account: "123456789012", region: "eu-central-1", bucket: "clips-of-ada" };

/** Where IAM names a call otherwise than the SDK does. */
const otherwise: Readonly<Record<string, readonly string[]>> = {
  "s3:HeadBucket": ["s3:ListBucket"],
  "s3:HeadObject": ["s3:GetObject"],
  "s3:ListObjectsV2": ["s3:ListBucket"],
  "budgets:DescribeBudget": ["budgets:ViewBudget"],
  "budgets:DescribeNotificationsForBudget": ["budgets:ViewBudget"],
  "s3:PutBucketLifecycleConfiguration": ["s3:PutLifecycleConfiguration"],
  "s3:PutPublicAccessBlock": ["s3:PutBucketPublicAccessBlock"],
  "s3:GetPublicAccessBlock": ["s3:GetBucketPublicAccessBlock"],
  // Nobody needs a right for it.
  "sts:GetCallerIdentity": [],
};
const services: Readonly<Record<string, string>> = {
  "service-quotas": "servicequotas",
  "cost-explorer": "ce",
};

/** The IAM actions of every command that the files of a folder import from an SDK. */
function askedIn(folder: string, service = /.*/): ReadonlySet<string> {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  const text = files
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(root, folder, file), "utf8"))
    .join("\n");
  const imports = [...text.matchAll(/import \{([^}]*)\} from "@aws-sdk\/client-([a-z0-9-]+)"/g)];
  const actions = imports.flatMap(([, imported = "", client = ""]) =>
    [...imported.matchAll(/\b(?:paginate(\w+)|(\w+)Command)\b/g)].map(
      ([, ofPages, ofOne = ""]) => `${services[client] ?? client}:${ofPages ?? ofOne}`,
    ),
  );
  return new Set(
    actions.filter((action) => service.test(action)).flatMap((action) => otherwise[action] ?? [action]),
  );
}

const allowed = (purpose: Purpose): ReadonlySet<string> => new Set(actionsOf(purpose, names));

test("the doctor's policy allows what the doctor asks, and nothing else", () => {
  const asked = new Set([
    ...askedIn("account/doctor"),
    // By what the deploy and the launcher have for it.
    "ec2:DescribeInstanceTypeOfferings",
    "ec2:DescribeImages",
    "ec2:DescribeKeyPairs",
    "ec2:DescribeInstances",
    "ec2:DescribeSubnets",
  ]);
  expect([...allowed("doctor")].toSorted()).toEqual([...asked].toSorted());
});

test("the image builder's policy allows what it asks, and what EC2 needs to tag and to look the base image up", () => {
  const asked = [
    ...askedIn("ami"),
    "ec2:CreateTags",
    "ec2:DescribeInstanceTypeOfferings",
    "ssm:GetParameters",
    // Whether a stage of an image is deployed, by what the doctor has for it.
    "cloudformation:DescribeStacks",
  ];
  expect([...allowed("image")].toSorted()).toEqual(asked.toSorted());
});

test("the deployer's policy allows what a deploy asks before it begins and after it ended", () => {
  const asked = [...askedIn("account/deploy"), "sns:ListSubscriptionsByTopic"];
  expect(asked.filter((action) => !allowed("deploy").has(action))).toEqual([]);
});

test.each(purposes)(
  "the policy for %s fits into IAM's 6,144 characters, and no action is a wildcard",
  (purpose) => {
    const policy = policyOf(purpose, names);
    expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6_144);
    expect(actionsOf(purpose, names).filter((action) => action.includes("*"))).toEqual([]);
    expect(policy.Statement.map(({ Effect }) => Effect)).not.toContain("Deny");
  },
);

test("what has a name of ours is held to it in the deployer's policy", () => {
  const open = policyOf("deploy", names)
    .Statement.filter(({ Resource }) => Resource === "*")
    .map(({ Sid }) => Sid);
  expect(open).toEqual(["Template", "QueueSources", "LogDeliveries", "Network"]);
});
