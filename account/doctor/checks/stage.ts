/** The stage itself: its bucket, its stack, and what is launched. */
import { serviceName } from "../../../serverless/names.ts";
import { type Answer, fault, ok, warning } from "../finding.ts";
import type { Asked, Check } from "./check.ts";
import { notDeployed, ofDeployed, stackName } from "./deployed.ts";

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
        `deploy again: npm run mgb -- deploy --stage ${stage}`,
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
    `take it into the stack: npm run mgb -- adopt --stage ${stage}; or name another bucket`,
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
      ? `remove what is left of the first deploy, then deploy again: npm run mgb -- destroy --stage ${stage}`
      : `see why: aws cloudformation describe-stack-events --stack-name ${stackName(stage)}`,
  );
}

/** The launcher finds out what became of a launch within minutes. */
const outcomeWithinMs = 900_000;

const launchesAnswer = ofDeployed(async ({ account, identity, stage, config: { bucket } }) => {
  if ((await account.bucket(bucket, identity.account)) !== "ours") return ok("there is no bucket to look at");
  const open = await account.openLaunches(bucket, outcomeWithinMs);
  if (open.length === 0) return ok("every launch has its outcome");
  return fault(
    `launches whose outcome nobody has found out for 15 minutes: ${open.join(", ")}`,
    `does the launcher run? its log is /aws/lambda/${stackName(stage)}-launch; machines: npm run mgb -- ps --aws`,
  );
});

export const stageChecks: readonly Check[] = [
  { name: "bucket", ask: bucketAnswer },
  { name: "stack", ask: stackAnswer },
  { name: "launches", ask: launchesAnswer },
];
