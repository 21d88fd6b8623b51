/** What `npm start` runs after the set-up: the embedded cloud, a batch through it, and a tidy end. */
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ApiClient, ApiProblem, ApiUnreachable } from "../../cli/api-client.ts";
import { parsePromptFile } from "../../cli/prompt-file.ts";
import { ConfigError } from "../../shared/config.ts";
import type { ItemRequest } from "../../shared/contract/batch-request.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { systemRandom } from "../../shared/system/system-random.ts";
import { type Cloud, type CloudProgress, startCloud } from "../cloud/cloud.ts";
import { CloudError } from "../cloud/errors.ts";
import { parseArguments, type StartOptions } from "./arguments.ts";
import { displayFor } from "./display.ts";
import { runBatch } from "./run-batch.ts";
import { localStage } from "./stage.ts";
import { usageLines } from "./usage.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const display = displayFor(process.stdout);
const startedMs = systemClock.nowMs();

/** Something the user can put right; its message is all there is to say. */
class UserError extends Error {
  override readonly name = "UserError";
}

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    if (!interrupted.signal.aborted) display.say("\nStopping …");
    interrupted.abort();
  });

// npm changes into the project's folder; names the user typed are relative to where they stood.
const folderOfUser = process.env["INIT_CWD"] ?? process.cwd();
process.exitCode = await run(parseArguments(process.argv.slice(2), process.stdout.isTTY));

/** @returns the exit code. */
async function run(options: StartOptions): Promise<number> {
  let cloud: Cloud | undefined;
  try {
    const items = readPrompts(options.file);
    cloud = await bringUp(options);
    const ended = await makeClips(cloud, items);
    if (options.keep) await keepUp(cloud);
    return ended === "succeeded" ? 0 : 1;
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    display.settle();
    if (!isForTheUser(error)) throw error;
    display.say(error.message);
    return 1;
  } finally {
    await cloud?.stop();
  }
}

function isForTheUser(error: unknown): error is Error {
  const kinds = [UserError, ConfigError, CloudError, ApiProblem, ApiUnreachable];
  return kinds.some((kind) => error instanceof kind);
}

function readPrompts(file: string | null): readonly ItemRequest[] {
  const path = file === null ? join(root, "examples", "prompts.jsonl") : resolve(folderOfUser, file);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new UserError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  const parsed = parsePromptFile(basename(path), bytes);
  if (parsed.kind === "items") return parsed.items;
  throw new UserError(`${parsed.mistakes.join("\n")}\nNothing was submitted.`);
}

async function bringUp(options: StartOptions): Promise<Cloud> {
  const config = localStage(root, options.model, folderOfUser);
  const shown = config.models.map((model) => model.display_name).join(", ");
  const cloud = await startCloud({
    root,
    folder: join(root, ".local"),
    config,
    signal: interrupted.signal,
    onProgress: (progress) => {
      display.say(sayProgress(progress, (systemClock.nowMs() - startedMs) / 1000));
    },
  });
  display.say(`The API is at ${cloud.apiUrl}; the model is ${shown}.`);
  return cloud;
}

function sayProgress(progress: CloudProgress, elapsedSeconds: number): string {
  switch (progress.kind) {
    case "starting":
      return "Starting the embedded cloud …";
    case "deploying":
      return "Deploying the stack into it, as to AWS …";
    case "ready":
      return `The cloud is up after ${elapsedSeconds.toFixed(0)} s.`;
  }
}

async function makeClips(cloud: Cloud, items: readonly ItemRequest[]): Promise<string | null> {
  const client = new ApiClient({ apiUrl: cloud.apiUrl, key: cloud.keys.submit }, systemClock);
  const ports = { client, clock: systemClock, random: systemRandom, display, startedMs };
  const broken = cloud.broken.then((error) => Promise.reject(error));
  const ended = await Promise.race([runBatch(items, join(root, "out"), ports, interrupted.signal), broken]);
  return ended.outcome;
}

async function keepUp(cloud: Cloud): Promise<void> {
  display.say(`\n${usageLines(cloud).join("\n")}`);
  await Promise.race([untilInterrupted(), cloud.broken.then((error) => Promise.reject(error))]);
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      resolve();
    };
    if (interrupted.signal.aborted) done();
    else interrupted.signal.addEventListener("abort", done);
  });
}
