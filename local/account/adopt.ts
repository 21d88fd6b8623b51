/** `npm run mgb -- adopt`: imports the bucket that a stage's configuration names into the stage's stack. */
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { refusal } from "../../account/refused.ts";
import { AdoptError, adoptBucket } from "../../serverless/adopt-bucket.ts";
import { serviceName } from "../../serverless/names.ts";
import { stageFromOptions } from "../../serverless/stage.ts";

const [stage = "", path = ""] = process.argv.slice(2);
const { config } = await stageFromOptions({ stage, param: [`config=${path}`] });
const stack = `${serviceName}-${stage}`;
try {
  await adoptBucket(new CloudFormationClient({ region: config.region }), stack, config.bucket);
  console.log(
    `The bucket ${config.bucket} is the stack ${stack}'s now; npm run mgb -- deploy gives it the settings.`,
  );
} catch (error) {
  const told =
    error instanceof AdoptError
      ? { text: error.message, exitCode: 1 }
      : await refusal(error, stage, "deploy");
  if (told === null) throw error;
  console.error(told.text);
  process.exitCode = told.exitCode;
}
