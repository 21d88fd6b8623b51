/** Whoever sits before the account: runs commands in a clone, and looks at what the account holds. */
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { inject } from "vitest";
import { serviceName } from "../../../serverless/names.ts";
import { root } from "../start-cloud.ts";

const { environment, aws, region, stage } = inject("account");
const clone = inject("clone");

export interface Ended {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** `npm run mgb -- …`, where no terminal is: what it prints for programs. */
export const mgb = (...args: readonly string[]): Promise<Ended> => run("npm", [...toMgb, ...args]);

/** @param key in the environment, where `login` looks for it */
export const loginWith = (key: string, url: string): Promise<Ended> =>
  run("npm", [...toMgb, "login", "--url", url], { MGB_API_KEY: key });

const toMgb = ["run", "--silent", "mgb", "--"];

async function run(
  command: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { AWS_PROFILE: _profile, AWS_SESSION_TOKEN: _token, ...own } = process.env;
  const child = spawn(command, args, {
    cwd: clone,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...own, XDG_CONFIG_HOME: join(clone, ".local", "config"), ...environment, ...more },
  });
  const [out, err, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number]>,
  ]);
  return { exitCode, out, err };
}

/** A line for each thing that the account holds. */
export async function everything(): Promise<ReadonlySet<string>> {
  const python = join(root, ".venv", "bin", "python");
  const { out, err, exitCode } = await run(python, [join(root, "tests", "e2e", "account", "inventory.py")]);
  if (exitCode !== 0) throw new Error(`the account could not be listed: ${err}`);
  return new Set(out.trim().split("\n"));
}

/** The emulator's address of the deployed API: AWS's own is of no name server here. */
export async function apiAddress(): Promise<URL> {
  const client = new CloudFormationClient({
    endpoint: aws,
    region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { Stacks = [] } = await client.send(
    new DescribeStacksCommand({ StackName: `${serviceName}-${stage}` }),
  );
  client.destroy();
  const id = Stacks[0]?.Outputs?.find(({ OutputKey: key }) => key === "HttpApiId")?.OutputValue ?? "none";
  return new URL(`${aws}/_aws/execute-api/${id}/$default`);
}
