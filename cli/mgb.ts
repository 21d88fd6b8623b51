#!/usr/bin/env node
/** What `npm run mgb --` runs. */
import { StoreClock } from "../shared/system/store-clock.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import { systemRandom } from "../shared/system/system-random.ts";
import { playFile } from "./clips/player.ts";
import { runMgb } from "./program.ts";

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
  openBucket: async (region, name) => {
    // Most commands speak to the API alone, and start sooner without the SDK.
    const { bucketOf } = await import("../shared/aws/ports.ts");
    return bucketOf(region, name, new StoreClock(systemClock));
  },
  signal: interrupted.signal,
});
