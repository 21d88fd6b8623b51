/**
 * Says what a deploy would change and what the stage costs, and asks.
 * Exit code 0: go on. 1: CloudFormation could not say. 4: nobody is signed in, or may not. 2: the answer was no, or nobody could be asked.
 */
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { S3Client } from "@aws-sdk/client-s3";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { serviceName } from "../../serverless/names.ts";
import { refusal, type Told } from "../refused.ts";
import { parseStageFile } from "../stage-file.ts";
import { ChangesError, changesOf } from "./changes.ts";
import { changeLines, costLines, firstDeployLines } from "./summary.ts";

const [stage = "", path = "", packaged = "", flag = ""] = process.argv.slice(2);
const { account, config } = parseStageFile(path);
const stackName = `${serviceName}-${stage}`;
const template = readFileSync(join(packaged, "cloudformation-template-update-stack.json"), "utf8");
process.exitCode = await ask();

async function ask(): Promise<number> {
  try {
    const lines = await summary();
    console.error([`Stage ${stage} in ${config.region}:`, ...lines, ...costLines(config)].join("\n"));
  } catch (error) {
    const told = error instanceof ChangesError ? toldBy(error) : await refusal(error, stage, "deploy");
    if (told === null) throw error;
    console.error(`${told.text}\nNothing was deployed.`);
    return told.exitCode;
  }
  if (flag === "--yes" || (await confirmed())) return 0;
  console.error("Nothing was deployed.");
  return 2;
}

const toldBy = ({ message }: ChangesError): Told => ({ text: message, exitCode: 1 });

/** A stack that was only begun has nothing that could change. */
function isBegun(status: string): boolean {
  return /^(REVIEW_IN_PROGRESS|CREATE_FAILED|ROLLBACK_\w+)$/.test(status);
}

async function summary(): Promise<readonly string[]> {
  const stack = await account.stack(stackName);
  if (stack === null || isBegun(stack.status)) {
    const { Resources } = JSON.parse(template) as { Resources: Record<string, { Type: string }> };
    return firstDeployLines(Resources);
  }
  const settings = { region: config.region };
  const clients = {
    cloudFormation: new CloudFormationClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined }),
  };
  return changeLines(await changesOf(clients, stackName, template));
}

async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    console.error("No terminal to confirm on: add --yes.");
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question("Deploy it? [y/N] ");
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
