/**
 * The whole system on this machine: the emulator, the local EC2, the same deploy as for a cloud stage, and a plain
 * address for the API. Everything listens on loopback, on free ports, and writes into one folder.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StageConfig } from "../../shared/config.ts";
import type { CloudFile } from "../../shared/contract/cloud-file.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { startLocalEc2 } from "../ec2/local-ec2.ts";
import { defaultZones, type LocalEc2, type LocalEc2Options } from "../ec2/options.ts";
import { seedApiKeys } from "./api-keys.ts";
import { startApiProxy } from "./api-proxy.ts";
import { authorizeAt } from "./emulator/authorize.ts";
import { Closers } from "./closers.ts";
import { refuseSecondCloud, removeCloudFile, writeCloudFile } from "./cloud-file.ts";
import { deploy } from "./deploy.ts";
import { type Emulator, startEmulator } from "./emulator/emulator.ts";
import { CloudError } from "./errors.ts";
import { freePort } from "./free-port.ts";
import { functionsClient, type FunctionsClient } from "./emulator/functions-client.ts";
import { LineLog } from "./line-log.ts";
import { clockOf } from "./set-clock.ts";
import { workerCommand } from "./worker-command.ts";

/** How the local machines behave. The defaults suit a person who waits. */
export type MachineOptions = Pick<
  LocalEc2Options,
  "bootSeconds" | "noticeSeconds" | "graceSeconds" | "visibilityDelaySeconds" | "seed" | "zones"
>;

export type CloudProgress =
  { readonly kind: "starting" } | { readonly kind: "deploying" } | { readonly kind: "ready" };

export interface CloudOptions {
  /** The project's folder. */
  readonly root: string;
  /** Where `cloud.json` is written, and below `cloud/` the logs and all other files. One cloud for each folder. */
  readonly folder: string;
  readonly config: StageConfig;
  readonly machines?: Partial<MachineOptions>;
  /** What Python runs on a machine as the engine, in place of the engine itself. */
  readonly engine?: readonly string[];
  /** A file that gets one line for each call that a role makes, with whether its policy allowed the call. */
  readonly callRecord?: string;
  /** Its time is ahead by the milliseconds in that file, which may be replaced at any time, as a whole. */
  readonly clockFile?: string;
  readonly onProgress?: (progress: CloudProgress) => void;
  /** Stops the start; what was already started is ended first. */
  readonly signal?: AbortSignal;
}

export interface Cloud extends CloudFile {
  /** Resolves when the cloud breaks while it runs; never when it is stopped. */
  readonly broken: Promise<CloudError>;
  /** Calls a function as its schedule or event rule would: `launch`, `reap`, … */
  readonly invoke: FunctionsClient["invoke"];
  /** Leaves no process and no `cloud.json`. A second call does nothing. */
  stop(): Promise<void>;
}

const stage = "local";
const portAttempts = 3;

/** @throws CloudError that names the log with the details; the signal's reason when it was aborted */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  await refuseSecondCloud(options.folder);
  const closers = new Closers();
  try {
    return await bringUp(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function bringUp(options: CloudOptions, closers: Closers): Promise<Cloud> {
  const { root, config } = options;
  const signal = options.signal ?? new AbortController().signal;
  const folder = join(options.folder, "cloud");
  mkdirSync(folder, { recursive: true });
  options.onProgress?.({ kind: "starting" });
  const { emulator, ec2, functions } = await startMachinery(options, folder, signal, closers);

  options.onProgress?.({ kind: "deploying" });
  const configPath = join(folder, "config.json");
  writeFileSync(configPath, JSON.stringify(config));
  const awsUrl = emulator.url;
  const deployed = await deploy({ root, folder, awsUrl, region: config.region, stage, configPath, signal });

  const proxy = await startApiProxy(new URL(`${awsUrl}/_aws/execute-api/${deployed.apiId}/$default`));
  closers.add(() => proxy.stop());
  const described: CloudFile = {
    apiUrl: proxy.url,
    keys: await seedApiKeys(awsUrl, config.region, deployed.bucket, systemClock.nowMs()),
    bucket: deployed.bucket,
    endpoints: { aws: awsUrl, ec2: ec2.endpoint, ec2Control: ec2.controlEndpoint },
  };
  signal.throwIfAborted();
  writeCloudFile(options.folder, described);
  closers.add(() => {
    removeCloudFile(options.folder);
  });
  options.onProgress?.({ kind: "ready" });
  return {
    ...described,
    broken: emulator.broken,
    invoke: (name, event) => functions.invoke(name, event),
    stop: () => closers.close(),
  };
}

interface Machinery {
  readonly emulator: Emulator;
  readonly ec2: LocalEc2;
  readonly functions: FunctionsClient;
}

/**
 * The emulator and EC2 each need the other's address before they start. So the emulator's port is chosen first, and
 * chosen again if another process takes it.
 */
async function startMachinery(
  options: CloudOptions,
  folder: string,
  signal: AbortSignal,
  closers: Closers,
): Promise<Machinery> {
  for (let attempt = 1; attempt <= portAttempts; attempt += 1) {
    const port = await freePort();
    const functions = functionsClient(`http://127.0.0.1:${port}`, options.config.region, stage);
    const ec2 = await startEc2(options, folder, `http://127.0.0.1:${port}`, functions, closers);
    const emulator = await startEmulator(port, {
      root: options.root,
      folder,
      ec2Url: ec2.endpoint,
      callRecord: options.callRecord,
      clockFile: options.clockFile,
      signal,
    });
    if (emulator !== null) {
      closers.add(() => emulator.stop());
      return { emulator, ec2, functions };
    }
    await closers.close();
  }
  throw new CloudError(
    `the emulator ended at once, ${portAttempts} times; see ${join(folder, "emulator.log")}`,
  );
}

async function startEc2(
  options: CloudOptions,
  folder: string,
  awsUrl: string,
  functions: FunctionsClient,
  closers: Closers,
): Promise<LocalEc2> {
  const log = new LineLog(join(folder, "ec2.log"), () => systemClock.nowMs());
  closers.add(() => {
    log.close();
  });
  closers.add(() => {
    functions.close();
  });
  const ec2 = await startLocalEc2({
    ...machineDefaults(options.config.region),
    ...options.machines,
    region: options.config.region,
    awsEndpoint: awsUrl,
    nowMs: clockOf(options.clockFile),
    launchWorker: workerCommand(options.root, awsUrl, options.engine),
    authorize: authorizeAt(awsUrl, options.config.region),
    // On AWS a rule sends these events to the reaper. The emulator refuses events from `aws.ec2`.
    deliverEvent: async (event) => {
      await functions.invoke("reap", event);
    },
    onLog: (line) => {
      log.write(line);
    },
    folder: join(folder, "machines"),
  });
  closers.add(() => ec2.stop());
  return ec2;
}

const machineDefaults = (region: string): MachineOptions => ({
  bootSeconds: 3,
  noticeSeconds: 10,
  graceSeconds: 5,
  visibilityDelaySeconds: 0.5,
  seed: 1,
  zones: defaultZones(region),
});
