/** What `npm start` runs after the set-up: the embedded cloud, a batch through it, and a tidy end. */
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ApiClient, ApiProblem, ApiUnreachable } from "../../cli/connection/api-client.ts";
import { CommandError } from "../../cli/errors.ts";
import { ConfigError, type StageConfig } from "../../shared/config.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { systemRandom } from "../../shared/system/system-random.ts";
import { type Cloud, type CloudProgress, startCloud } from "../cloud/cloud.ts";
import { CloudError } from "../cloud/errors.ts";
import { parseArguments, type StartOptions } from "./arguments.mjs";
import { displayFor } from "../../cli/output/display.ts";
import { UserError } from "./errors.ts";
import { outFolder, type Places } from "./input.mjs";
import { type PromptsInput, type PromptsRequest, readPlacedPrompts } from "./prompts.ts";
import { runBatch } from "./run-batch.ts";
import { localStage } from "./stage.ts";
import { tryModel } from "./try-model.ts";
import { usageLines } from "./usage.ts";
import { wordLines, wordsOf } from "./words.ts";

// npm changes into the project's folder; names the user typed are relative to where they stood.
const places: Places = {
  root: fileURLToPath(new URL("../..", import.meta.url)),
  folderOfUser: process.env["INIT_CWD"] ?? process.cwd(),
};
const display = displayFor(process.stdout);
const startedMs = systemClock.nowMs();

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    if (!interrupted.signal.aborted) display.say("\nStopping …");
    interrupted.abort();
  });

const parsed = parseArguments(process.argv.slice(2), {
  isTerminal: process.stdout.isTTY,
  environment: process.env,
});
if (parsed.kind === "run") process.exitCode = await run(parsed.options);
else display.say(parsed.text);

/** @returns the exit code. */
async function run(options: StartOptions): Promise<number> {
  let cloud: Cloud | undefined;
  try {
    const input = readPlacedPrompts(options, places, (text) => {
      display.say(text);
    });
    const config = localStage(places.root, options.model, places.folderOfUser);
    // The project's own model needs no trial.
    if (options.model !== null) await expectModel(config);
    cloud = await bringUp(config, input.request);
    const ended = await makeClips(cloud, input);
    if (options.keep) await keepUp(cloud, config.region);
    return ended === "succeeded" ? 0 : 1;
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    display.finish();
    if (!isForTheUser(error)) throw error;
    display.say(error.message);
    return 1;
  } finally {
    await cloud?.stop();
  }
}

function isForTheUser(error: unknown): error is Error {
  const kinds = [UserError, CommandError, ConfigError, CloudError, ApiProblem, ApiUnreachable];
  return kinds.some((kind) => error instanceof kind);
}

/** @throws UserError when no machine could start with the model. */
async function expectModel({ models: [model] }: StageConfig): Promise<void> {
  if (model === undefined) return;
  display.say(`Trying ${model.id}; a model from Hugging Face is downloaded first …`);
  const failure = await tryModel(model.source, places.root, interrupted.signal);
  if (failure !== null) throw new UserError(`${model.id} cannot be used: ${failure.detail}`);
}

async function bringUp(config: StageConfig, request: PromptsRequest): Promise<Cloud> {
  const words = tellWords(config, request);
  const cloud = await startCloud({
    root: places.root,
    folder: join(places.root, ".local"),
    config,
    signal: interrupted.signal,
    onProgress: (progress) => {
      display.say(sayProgress(progress, (systemClock.nowMs() - startedMs) / 1000));
    },
  });
  const shown = config.models.map((model) => model.display_name).join(", ");
  display.say(`The API is at ${cloud.apiUrl}; the model is ${shown}.`);
  for (const line of await words) display.say(line);
  return cloud;
}

/** Found out while the cloud comes up. */
async function tellWords({ models: [model] }: StageConfig, { items }: PromptsRequest): Promise<string[]> {
  if (model === undefined || !isAbsolute(model.source)) return [];
  const prompts = items.map(({ prompt }) => prompt);
  const words = await wordsOf(prompts, model.source, places.root, interrupted.signal);
  return words === null ? [] : wordLines(words, model.id);
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

async function makeClips(cloud: Cloud, input: PromptsInput): Promise<string | null> {
  const client = new ApiClient(
    { apiUrl: cloud.apiUrl, key: cloud.keys.submit },
    { clock: systemClock, random: systemRandom },
  );
  const ports = { client, clock: systemClock, random: systemRandom, display, startedMs };
  const broken = cloud.broken.then((error) => Promise.reject(error));
  const ended = await Promise.race([runBatch(input, outFolder(places), ports, interrupted.signal), broken]);
  return ended.outcome;
}

async function keepUp(cloud: Cloud, region: string): Promise<void> {
  display.say(`\n${usageLines(cloud, region).join("\n")}`);
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
