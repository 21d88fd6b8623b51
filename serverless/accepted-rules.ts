/** Rules of cfn-lint and checkov that the template breaks on purpose, each with the reason. */
export interface AcceptedRule {
  readonly rule: string;
  readonly reason: string;
}

export const acceptedByCfnLint: readonly AcceptedRule[] = [
  {
    rule: "W3005",
    reason:
      "osls writes DependsOn beside references that already say the same. CloudFormation takes that; moto's ValidateTemplate refuses a template for any warning of cfn-lint, so it cannot take ours",
  },
  { rule: "W3010", reason: "zones are named, so that a new order of a region's zones replaces no subnet" },
];

export const acceptedByCheckov: readonly AcceptedRule[] = [
  {
    rule: "CKV_AWS_18",
    reason:
      "an access log of the bucket needs a bucket more; who wants one turns on CloudTrail's data events",
  },
  {
    rule: "CKV_AWS_21",
    reason: "records are written once or by compare-and-swap, and versions would keep what is deleted",
  },
  {
    rule: "CKV_AWS_26",
    reason:
      "alarms and budgets cannot publish to a topic encrypted by SNS's own key; a customer's key costs 1 USD a month, and an alarm's text holds no secret",
  },
  {
    rule: "CKV_AWS_27",
    reason: "the rule knows KMS keys only: every queue is encrypted by SQS's own (SqsManagedSseEnabled)",
  },
  {
    rule: "CKV_AWS_115",
    reason:
      "a new account has 10 concurrent executions and lets none be reserved; the API's throttle and maximumConcurrency bound them",
  },
  {
    rule: "CKV_AWS_116",
    reason:
      "a schedule's next tick is a minute away and sees fresher facts than a repeated event; the queue's function has the queue's own dead letters",
  },
  {
    rule: "CKV_AWS_117",
    reason: "functions call AWS alone: in a network of ours they would need a NAT gateway, 33 USD a month",
  },
  {
    rule: "CKV_AWS_158",
    reason: "CloudWatch encrypts logs with a key of its own, and prompts are not logged",
  },
  {
    rule: "CKV_AWS_173",
    reason: "the variables are names and settings, no secrets; Lambda encrypts them with a key of its own",
  },
];
