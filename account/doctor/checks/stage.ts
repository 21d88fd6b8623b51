/** The stage itself: its bucket, its stack, and who hears of it. */
import { serviceName } from "../../../serverless/names.ts";
import { jsonOf } from "../../../shared/contract/json.ts";
import { type Answer, fault, ok, warning } from "../finding.ts";
import type { Asked, Check } from "./check.ts";

const stackName = (stage: string): string => `${serviceName}-${stage}`;
const notDeployed = ok("the stage is not deployed yet");

/** Asks only of a stage that is there. */
const ofDeployed =
  (ask: Check["ask"]): Check["ask"] =>
  async (asked) =>
    (await asked.account.stack(stackName(asked.stage))) === null ? notDeployed : ask(asked);

async function bucketAnswer({ account, identity, stage, config: { bucket } }: Asked): Promise<Answer> {
  const [whose, stack] = await Promise.all([
    account.bucket(bucket, identity.account),
    account.stack(stackName(stage)),
  ]);
  switch (whose) {
    case "none":
      if (stack === null) return ok(`${bucket} is not there yet; the deploy makes it`);
      return fault(
        `${bucket} is gone, and the stage is deployed`,
        `deploy again: npm run deploy -- --stage ${stage}`,
      );
    case "others":
      return fault(
        `${bucket} belongs to another account, or you may not look at it`,
        `name another bucket in config/${stage}.json, such as ${serviceName}-output-${identity.account}`,
      );
    case "ours":
      break;
  }
  if (await account.bucketIsPublic(bucket))
    return fault(
      `${bucket} can be read by everybody`,
      `aws s3api delete-bucket-policy --bucket ${bucket}, and deploy again`,
    );
  if (stack !== null) return ok(`${bucket} is ours and private`);
  return fault(
    `${bucket} is there, and no stack has it: a deploy would fail`,
    `take it into the stack: npm run adopt -- --stage ${stage}; or name another bucket`,
  );
}

async function stackAnswer({ account, stage }: Asked): Promise<Answer> {
  const stack = await account.stack(stackName(stage));
  if (stack === null) return notDeployed;
  const about = `${stackName(stage)} is ${stack.status}`;
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(stack.status)) return ok(`${about} since ${stack.changedAt}`);
  if (stack.status === "UPDATE_ROLLBACK_COMPLETE")
    return warning(
      `${about}: the last deploy failed, and the one before it stands`,
      `see why: aws cloudformation describe-stack-events --stack-name ${stackName(stage)}`,
    );
  if (stack.status.endsWith("_IN_PROGRESS")) return warning(about, "wait for its end");
  return fault(
    about,
    stack.status === "ROLLBACK_COMPLETE"
      ? `remove what is left of the first deploy, then deploy again: npm run destroy -- --stage ${stage}`
      : `see why: aws cloudformation describe-stack-events --stack-name ${stackName(stage)}`,
  );
}

async function driftOf({ account, stage, config }: Asked): Promise<Answer> {
  const text = await account.functionVariable(`${stackName(stage)}-launch`, "MGB_CONFIG");
  const next = `deploy: npm run deploy -- --stage ${stage}`;
  if (text === null) return fault("the launcher's function is not there", next);
  // Not parsed by the schema: an older version of this software may have deployed it.
  const deployed = (jsonOf(text) ?? {}) as Readonly<Record<string, unknown>>;
  const here: Readonly<Record<string, unknown>> = config;
  const names = [...new Set([...Object.keys(deployed), ...Object.keys(here)])].filter(
    (name) => JSON.stringify(deployed[name]) !== JSON.stringify(here[name]),
  );
  if (names.length === 0) return ok(`what is deployed is config/${stage}.json`);
  return warning(`config/${stage}.json differs from what is deployed in: ${names.join(", ")}`, next);
}
const driftAnswer = ofDeployed(driftOf);

const alarmsAnswer = ofDeployed(async ({ account, stage }) => {
  const raised = await account.raisedAlarms(`${stackName(stage)}-`);
  if (raised.length === 0) return ok("none is raised");
  return fault(
    `raised: ${raised.join(", ")}`,
    "each alarm's description says what it means (docs/deploy.md)",
  );
});

const mailAnswer = ofDeployed(async ({ account, identity, stage, config }) => {
  const topic = `arn:aws:sns:${config.region}:${identity.account}:${stackName(stage)}-alerts`;
  const { confirmed, pending } = await account.subscribers(topic);
  if (confirmed > 0) return ok(`${confirmed} confirmed`);
  if (pending > 0)
    return fault(
      "nobody hears the alarms: the address is not confirmed",
      'follow the link in AWS\'s mail "Subscription Confirmation"',
    );
  return fault("nobody hears the alarms", `set alert_email in config/${stage}.json, and deploy`);
});

/** By which AWS's own budget counts the stage. */
const costTag = "mgb:stage";

const costTagAnswer = ofDeployed(async ({ account }) => {
  if (await account.costTagIsActive(costTag))
    return ok(`${costTag} is active: AWS's budget counts the stage`);
  return warning(
    `${costTag} is not activated for cost allocation: AWS's budget counts nothing (the launcher's own budgets do not need it)`,
    `activate it, a day after the first deploy: aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=${costTag},Status=Active`,
  );
});

export const stageChecks: readonly Check[] = [
  { name: "bucket", ask: bucketAnswer },
  { name: "stack", ask: stackAnswer },
  { name: "configuration", ask: driftAnswer },
  { name: "alarms", ask: alarmsAnswer },
  { name: "alarm mail", ask: mailAnswer },
  { name: "cost tag", ask: costTagAnswer },
];
