/**
 * The whole system on this machine: the emulator, the local EC2, the same deploy as for a cloud stage, and a plain
 * address for the API. Everything listens on loopback, on free ports, and writes into one folder.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StageConfig } from "../../shared/config.ts";
import type { CloudFile } from "../../shared/contract/cloud-file.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { seedApiKeys } from "./api-keys.ts";
import { startApiProxy } from "./api-proxy.ts";
import { Closers } from "./closers.ts";
import { refuseSecondCloud, removeCloudFile, writeCloudFile } from "./cloud-file.ts";
import { deploy } from "./deploy.ts";
import type { CloudError } from "./errors.ts";
import type { FunctionsClient } from "./emulator/functions-client.ts";
import { type MachineryOptions, startMachinery } from "./machinery.ts";

export type CloudProgress =
  { readonly kind: "starting" } | { readonly kind: "deploying" } | { readonly kind: "ready" };

export interface CloudOptions extends Omit<MachineryOptions, "region" | "folder"> {
  /** Where `cloud.json` is written, and below `cloud/` the logs and all other files. One cloud for each folder. */
  readonly folder: string;
  readonly config: StageConfig;
  /** The folder into which osls packaged the stage with this config before; without it, the stage is packaged now. */
  readonly packaged?: string | undefined;
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
  const machinery = await startMachinery(
    { ...options, folder, region: config.region },
    stage,
    signal,
    closers,
  );
  const { emulator, ec2, functions } = machinery;

  options.onProgress?.({ kind: "deploying" });
  const configPath = join(folder, "config.json");
  writeFileSync(configPath, JSON.stringify(config));
  const awsUrl = emulator.url;
  const { packaged } = options;
  const place = { root, folder, awsUrl, region: config.region, stage };
  const deployed = await deploy({ ...place, configPath, packaged, signal });

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
