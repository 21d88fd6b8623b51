/** After a deploy: the stage's first API key, shown once to the person at the terminal, and what is left to do. */
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { serviceName } from "../../serverless/names.ts";
import { createKey, listKeys } from "../../shared/access/keys.ts";
import { operatorAws } from "../../shared/aws/operator.ts";
import { powertoolsLog } from "../../shared/aws/log.ts";
import { scopes } from "../../shared/contract/records/batch-records.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { StoreError } from "../../shared/ports.ts";
import { orRefused } from "../refused.ts";
import { parseStageFile } from "../stage-file.ts";
import { nextSteps } from "./next-steps.ts";

const [stage = "", path = ""] = process.argv.slice(2);
const { account, config } = parseStageFile(path);
const stackName = `${serviceName}-${stage}`;
process.exitCode = await orRefused(
  stage,
  "deploy",
  finish,
  `The stage ${stage} is deployed all the same. Look at it: npm run mgb -- doctor --stage ${stage}`,
);

async function finish(): Promise<number> {
  const url = await apiUrl();
  const email = await mail();
  // Last: a key that is made is shown.
  const key = await firstKey();
  for (const line of nextSteps({ stage, url, key, email })) console.log(line);
  return 0;
}

async function apiUrl(): Promise<string> {
  const client = new CloudFormationClient({ region: config.region });
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  return Stacks[0]?.Outputs?.find(({ OutputKey: name }) => name === "HttpApiUrl")?.OutputValue ?? "https://…";
}

/** @returns the key; `there`: the stage has one; `not shown`: nobody looks, and a log is no place for a key */
async function firstKey(): Promise<{ readonly made: string } | "there" | "not shown"> {
  const log = powertoolsLog("deploy");
  const store = operatorAws(systemClock, log).bucket(config.region, config.bucket);
  const ports = { store, clock: systemClock, log };
  try {
    if ((await listKeys(ports, { limit: 1 })).keys.length > 0) return "there";
    if (!process.stdout.isTTY) return "not shown";
    const made = await createKey(
      { owner: "operator", scopes: [...scopes], name: "made by the deploy" },
      ports,
    );
    return { made: made.key };
  } catch (error) {
    if (error instanceof StoreError) return "not shown";
    throw error;
  }
}

async function mail(): Promise<"none" | "confirmed" | "pending"> {
  if (config.alert_email === undefined) return "none";
  const { account: number } = await account.identity();
  const topic = `arn:aws:sns:${config.region}:${number}:${stackName}-alerts`;
  return (await account.subscribers(topic)).confirmed > 0 ? "confirmed" : "pending";
}
