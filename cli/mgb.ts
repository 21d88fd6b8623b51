#!/usr/bin/env node
/** What `npm run mgb --` runs. */
import { setImmediate } from "node:timers/promises";
import { systemClock } from "../shared/system/system-clock.ts";
import { systemRandom } from "../shared/system/system-random.ts";
import { runInClone } from "./clone.ts";
import { environmentOf } from "./connection/embedded-aws.ts";
import { noLog } from "./no-log.ts";
import { playFile } from "./clips/player.ts";
import { type Program, runFirst } from "./first-program.ts";
import { OutputErrors } from "./output/output-errors.ts";
import { runMgb } from "./program.ts";

/** What hands an address to the user's browser: on Linux, macOS, WSL. */
const browsers: readonly Program[] = [["xdg-open"], ["open"], ["wslview"]];

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    interrupted.abort();
  });

const errors = new OutputErrors({ out: process.stdout, err: process.stderr }, () => {
  interrupted.abort();
});

const ended = await runMgb(process.argv.slice(2), {
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
  runInClone: (args) => runInClone(args, interrupted.signal),
  openAws: async (local) => {
    if (local !== null) Object.assign(process.env, environmentOf(local));
    // Most commands speak to the API alone, and start sooner without the SDK.
    const { operatorAws } = await import("../shared/aws/operator.ts");
    return operatorAws(systemClock, noLog);
  },
  signal: interrupted.signal,
});
// An error of a stream is told after the write, in a turn of its own.
await setImmediate();
const { exitCode, message } = errors.endOf(ended);
if (message !== null) process.stderr.write(`${message}\n`);
process.exitCode = exitCode;
