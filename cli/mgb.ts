#!/usr/bin/env node
/** What `npm run mgb --` runs. */
import { systemClock } from "../shared/system/system-clock.ts";
import { systemRandom } from "../shared/system/system-random.ts";
import type { CloudFile } from "../shared/contract/cloud-file.ts";
import { noLog } from "./no-log.ts";
import { playFile } from "./clips/player.ts";
import { type Program, runFirst } from "./first-program.ts";
import { runMgb } from "./program.ts";

/** The SDK reads its environment when a client is made. */
const embeddedCloud = ({ aws, ec2 }: CloudFile["endpoints"]): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: aws,
  AWS_ENDPOINT_URL_EC2: ec2,
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_SESSION_TOKEN: "",
});

/** What hands an address to the user's browser: on Linux, macOS, WSL. */
const browsers: readonly Program[] = [["xdg-open"], ["open"], ["wslview"]];

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    interrupted.abort();
  });

process.exitCode = await runMgb(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  input: process.stdin,
  environment: process.env,
  // npm changes into the project's folder.
  folder: process.env["INIT_CWD"] ?? process.cwd(),
  clock: systemClock,
  random: systemRandom,
  playFile,
  openPage: async (url, signal) => (await runFirst(browsers, url, signal)) === "done",
  openAws: async (local) => {
    if (local !== null) Object.assign(process.env, embeddedCloud(local));
    // Most commands speak to the API alone, and start sooner without the SDK.
    const { operatorAws } = await import("../shared/aws/operator.ts");
    return operatorAws(systemClock, noLog);
  },
  signal: interrupted.signal,
});
