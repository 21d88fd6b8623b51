/** `npm run adopt`: imports the bucket that a stage's configuration names into the stage's stack. */
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { AdoptError, adoptBucket } from "../../serverless/adopt-bucket.ts";
import { serviceName } from "../../serverless/names.ts";
import { stageFromOptions } from "../../serverless/stage.ts";

const [stage = "", path = ""] = process.argv.slice(2);
const { config } = await stageFromOptions({ stage, param: [`config=${path}`] });
const stack = `${serviceName}-${stage}`;
try {
  await adoptBucket(new CloudFormationClient({ region: config.region }), stack, config.bucket);
  console.log(
    `The bucket ${config.bucket} is the stack ${stack}'s now; npm run deploy gives it the settings.`,
  );
} catch (error) {
  if (!(error instanceof AdoptError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
