/**
 * The first step of `npm run mgb -- destroy`: says what ends and what stays, and asks.
 * Exit code 0: go on. 3: no such stage is deployed. 2: the answer was no, or nobody could be asked.
 * 1 or 4: AWS did not answer, or refused.
 */
import { createInterface } from "node:readline/promises";
import { serviceName } from "../../serverless/names.ts";
import { orRefused } from "../refused.ts";
import { parseStageFile } from "../stage-file.ts";

const [stage = "", path = "", flag = ""] = process.argv.slice(2);
const { account, config } = parseStageFile(path);
const name = `${serviceName}-${stage}`;
process.exitCode = await orRefused(stage, "deploy", ask);

async function ask(): Promise<number> {
  const stack = await account.stack(name);
  if (stack === null) {
    console.error(`The stack ${name} is not in ${config.region}.`);
    return 3;
  }
  console.error(`This ends every machine of stage ${stage} in ${config.region}, and deletes its stack ${name}:
the API, the queues with the jobs that wait in them, the functions, the network and the alarms.
The bucket ${config.bucket} stays, with all audio, receipts and API keys. So does the worker image ${config.ami_id}.`);
  if (flag === "--yes" || (await confirmed())) return 0;
  console.error("Nothing was destroyed.");
  return 2;
}

async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    console.error("No terminal to confirm on: add --yes.");
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Type the stage's name to destroy it: `);
  terminal.close();
  return answer.trim() === stage;
}
