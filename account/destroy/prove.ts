/** The last step of `npm run mgb -- destroy`: asks AWS what is left of the stage. Exit code 1: something is. */
import { serviceName } from "../../serverless/names.ts";
import { stageTag } from "../doctor/aws/ec2-questions.ts";
import { orRefused } from "../refused.ts";
import { parseStageFile } from "../stage-file.ts";

const [stage = "", path = ""] = process.argv.slice(2);
const { account, config } = parseStageFile(path);
process.exitCode = await orRefused(stage, "doctor", prove);

async function prove(): Promise<number> {
  const stack = await account.stack(`${serviceName}-${stage}`);
  const left = (await account.leftovers()).filter(({ tag }) => tag === `${stageTag}=${stage}`);
  if (stack !== null) console.error(`The stack ${serviceName}-${stage} is still there: ${stack.status}.`);
  for (const { kind, id } of left) console.error(`The ${kind} ${id} is still there.`);
  if (stack !== null || left.length > 0) {
    console.error(`Ask again in a minute: npm run mgb -- destroy --stage ${stage}`);
    return 1;
  }
  for (const line of [
    `Nothing of stage ${stage} runs in ${config.region}: its stack is gone, and EC2 lists no machine and no volume with its tag.`,
    `The bucket ${config.bucket} is kept (to delete it with all audio: aws s3 rb s3://${config.bucket} --force).`,
    `The worker image ${config.ami_id} is kept (to delete it: npm run mgb -- ami rm --stage ${stage} ${config.ami_id}).`,
  ])
    console.log(line);
  return 0;
}
