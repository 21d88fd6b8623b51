/** What a deploy is made to: the emulator, and the local EC2 beside it. */
import { join } from "node:path";
import { systemClock } from "../../shared/system/system-clock.ts";
import { startLocalEc2 } from "../ec2/local-ec2.ts";
import { defaultZones, type LocalEc2, type LocalEc2Options } from "../ec2/options.ts";
import type { Closers } from "./closers.ts";
import { authorizeAt } from "./emulator/authorize.ts";
import { type Emulator, startEmulator } from "./emulator/emulator.ts";
import { functionsClient, type FunctionsClient } from "./emulator/functions-client.ts";
import { CloudError } from "./errors.ts";
import { freePort } from "./free-port.ts";
import { LineLog } from "./line-log.ts";
import { clockOf } from "./set-clock.ts";
import { workerCommand } from "./worker-command.ts";

/** How the local machines behave. The defaults suit a person who waits. */
export type MachineOptions = Pick<
  LocalEc2Options,
  "bootSeconds" | "noticeSeconds" | "graceSeconds" | "visibilityDelaySeconds" | "seed" | "zones"
>;

export interface MachineryOptions {
  /** The project's folder. */
  readonly root: string;
  /** Where its logs and all its other files are. */
  readonly folder: string;
  readonly region: string;
  readonly machines?: Partial<MachineOptions>;
  /** What Python runs on a machine as the engine, in place of the engine itself. */
  readonly engine?: readonly string[];
  /** A file that gets one line for each call that a role makes, with whether its policy allowed the call. */
  readonly callRecord?: string;
  /** Its time is ahead by the milliseconds in that file, which may be replaced at any time, as a whole. */
  readonly clockFile?: string;
}

const portAttempts = 3;

export interface Machinery {
  readonly emulator: Emulator;
  readonly ec2: LocalEc2;
  readonly functions: FunctionsClient;
}

/**
 * The emulator and EC2 each need the other's address before they start. So the emulator's port is chosen first, and
 * chosen again if another process takes it.
 * @param stage whose functions EC2 tells its events
 * @throws CloudError
 */
export async function startMachinery(
  options: MachineryOptions,
  stage: string,
  signal: AbortSignal,
  closers: Closers,
): Promise<Machinery> {
  for (let attempt = 1; attempt <= portAttempts; attempt += 1) {
    const port = await freePort();
    const functions = functionsClient(`http://127.0.0.1:${port}`, options.region, stage);
    const ec2 = await startEc2(options, `http://127.0.0.1:${port}`, functions, closers);
    const emulator = await startEmulator(port, {
      root: options.root,
      folder: options.folder,
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
    `the emulator ended at once, ${portAttempts} times; see ${join(options.folder, "emulator.log")}`,
  );
}

async function startEc2(
  options: MachineryOptions,
  awsUrl: string,
  functions: FunctionsClient,
  closers: Closers,
): Promise<LocalEc2> {
  const log = new LineLog(join(options.folder, "ec2.log"), () => systemClock.nowMs());
  closers.add(() => {
    log.close();
  });
  closers.add(() => {
    functions.close();
  });
  const ec2 = await startLocalEc2({
    ...machineDefaults(options.region),
    ...options.machines,
    region: options.region,
    awsEndpoint: awsUrl,
    nowMs: clockOf(options.clockFile),
    launchWorker: workerCommand(options.root, awsUrl, options.engine),
    authorize: authorizeAt(awsUrl, options.region),
    // On AWS a rule sends these events to the reaper. The emulator refuses events from `aws.ec2`.
    deliverEvent: async (event) => {
      await functions.invoke("reap", event);
    },
    onLog: (line) => {
      log.write(line);
    },
    folder: join(options.folder, "machines"),
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
