/** What the checks of a stage share that is deployed. */
import { serviceName } from "../../../serverless/names.ts";
import { ok } from "../finding.ts";
import type { Asked, Check } from "./check.ts";

export const stackName = (stage: string): string => `${serviceName}-${stage}`;
export const notDeployed = ok("the stage is not deployed yet");

/** Asks only of a stage that is there. */
export const ofDeployed =
  (ask: Check["ask"]): Check["ask"] =>
  async (asked) =>
    (await asked.account.stack(stackName(asked.stage))) === null ? notDeployed : ask(asked);

/** A deploy does not do it: CloudFormation compares templates, and these are the same. */
export function putBack({ stage, config: { region } }: Asked): string {
  const names = `--region ${region} --stack-name ${stackName(stage)} --change-set-name put-back`;
  return `have CloudFormation put back what its template has: aws cloudformation create-change-set ${names} --use-previous-template --deployment-mode REVERT_DRIFT --capabilities CAPABILITY_NAMED_IAM; look at it, then aws cloudformation execute-change-set with the same names`;
}
