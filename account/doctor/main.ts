/** `npm run mgb -- doctor --stage prod [--json]`: what stands between an AWS account and a working stage. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ConfigError } from "../../shared/config.ts";
import { type Account, NoAnswer, NotAllowed, NotSignedIn } from "./account.ts";
import { policyOf, type Purpose, purposes } from "../policies.ts";
import { parseStageFile, stagePath } from "../stage-file.ts";
import { localCheckout } from "./local-checkout.ts";
import { examine } from "./doctor.ts";
import { reportLines, summaryLine } from "./report.ts";

const root = join(import.meta.dirname, "..", "..");
const usage = `npm run mgb -- doctor --stage prod [--json]
  looks at the AWS account for the stage of config/prod.json, and changes nothing
npm run --silent mgb -- doctor --stage prod --policy ${purposes.join("|")}
  prints the policy that an administrator attaches, for that purpose`;

/** As the command line's: 1 something is to be mended, 2 usage, 4 no credentials or no configuration. */
const exits = { ok: 0, faults: 1, usage: 2, access: 4 } as const;

process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  const asked = optionsOf(args);
  if (asked === null) return told(usage, exits.usage);
  const file = stageNamed(asked.stage);
  if (typeof file === "string") return told(file, exits.access);
  const { account, config } = file;
  if (asked.policy !== null) return printPolicy(account, asked.policy, config);
  const findings = await examine(account, localCheckout(root, asked.stage), asked.stage, config);
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
  account: Account,
  purpose: Purpose,
  { region, bucket }: { readonly region: string; readonly bucket: string },
): Promise<number> {
  const names = { account: await accountNumber(account), region, bucket };
  console.log(JSON.stringify(policyOf(purpose, names), null, 2));
  return exits.ok;
}

/** `*` where nobody is signed in yet: the policy is good for any account then. */
async function accountNumber(account: Account): Promise<string> {
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

function stageNamed(stage: string): ReturnType<typeof parseStageFile> | string {
  try {
    return parseStageFile(stagePath(stage));
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

function told(text: string, exitCode: number): number {
  console.error(text);
  return exitCode;
}
