/** `npm run doctor -- --stage prod [--json]`: what stands between an AWS account and a working stage. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ConfigError, parseStageConfig } from "../../shared/config.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { NoAnswer, NotAllowed, NotSignedIn } from "./account.ts";
import { policyOf, type Purpose, purposes } from "../policies.ts";
import { awsAccount } from "./aws/aws-account.ts";
import { examine } from "./doctor.ts";
import { reportLines, summaryLine } from "./report.ts";

const usage = `npm run doctor -- --stage prod [--json]
  looks at the AWS account for the stage of config/prod.json, and changes nothing
npm run --silent doctor -- --stage prod --policy ${purposes.join("|")}
  prints the policy that an administrator attaches, for that purpose`;

/** As the command line's: 1 something is to be mended, 2 usage, 4 no credentials or no configuration. */
const exits = { ok: 0, faults: 1, usage: 2, access: 4 } as const;

process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  const asked = optionsOf(args);
  if (asked === null) return told(usage, exits.usage);
  const path = `config/${asked.stage}.json`;
  const config = configAt(path);
  if (typeof config === "string") return told(config, exits.access);
  const endpoint = process.env["AWS_ENDPOINT_URL"];
  const account = awsAccount({
    region: config.region,
    clock: systemClock,
    ...(endpoint !== undefined && { endpoint }),
  });
  if (asked.policy !== null) return printPolicy(account, asked.policy, config);
  const findings = await examine(account, asked.stage, config);
  if (asked.json)
    console.log(JSON.stringify({ stage: asked.stage, region: config.region, findings }, null, 2));
  else {
    console.log(`stage ${asked.stage} in ${config.region}\n`);
    for (const line of reportLines(findings)) console.log(line);
    console.log(`\n${summaryLine(findings)}`);
  }
  if (findings.length === 1) return exits.access;
  return findings.some(({ outcome }) => outcome === "fault") ? exits.faults : exits.ok;
}

async function printPolicy(
  account: ReturnType<typeof awsAccount>,
  purpose: Purpose,
  { region, bucket }: { readonly region: string; readonly bucket: string },
): Promise<number> {
  const names = { account: await accountNumber(account), region, bucket };
  console.log(JSON.stringify(policyOf(purpose, names), null, 2));
  return exits.ok;
}

/** `*` where nobody is signed in yet: the policy is good for any account then. */
async function accountNumber(account: ReturnType<typeof awsAccount>): Promise<string> {
  try {
    return (await account.identity()).account;
  } catch (error) {
    if (error instanceof NotSignedIn || error instanceof NotAllowed || error instanceof NoAnswer) return "*";
    throw error;
  }
}

interface Options {
  readonly stage: string;
  readonly json: boolean;
  readonly policy: Purpose | null;
}

function optionsOf(args: readonly string[]): Options | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { stage: { type: "string" }, json: { type: "boolean" }, policy: { type: "string" } },
    });
    const policy = purposes.find((purpose) => purpose === values.policy) ?? null;
    if (values.stage === undefined || (values.policy !== undefined && policy === null)) return null;
    return { stage: values.stage, json: values.json ?? false, policy };
  } catch {
    return null;
  }
}

function configAt(path: string): ReturnType<typeof parseStageConfig> | string {
  try {
    return parseStageConfig(readFileSync(path, "utf8"), path);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    return `cannot read ${path}: copy config/example.json to it, or npm run init (${(error as Error).message})`;
  }
}

function told(text: string, exitCode: number): number {
  console.error(text);
  return exitCode;
}
