import type { Ec2Event } from "./machines/events.ts";

/** An availability zone and what its spot pool is like. */
export interface ZoneOptions {
  readonly name: string;
  /** What the price moves around. */
  readonly spotUsdPerHour: number;
  /** How many machines it has room for; absent: as many as are asked for. */
  readonly instances?: number;
}

export interface Check {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}
/** @returns the first check that the key's policies do not allow; null: they allow all. */
export type Authorize = (
  accessKey: string,
  checks: readonly Check[],
) => Promise<Pick<Check, "action" | "resource"> | null>;

/** The program that a machine runs in place of its image. */
export interface WorkerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The machine's whole environment, but for where its metadata are and its temporary folder. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface LocalEc2Options {
  readonly region: string;
  /** Where its time is not this machine's. */
  readonly nowMs?: () => number;
  /** The emulator that holds what was deployed: launch templates, subnets, instance profiles and their roles. */
  readonly awsEndpoint: string;
  readonly launchWorker: WorkerCommand;
  /** Who may do what. Absent: whoever signs may do everything. */
  readonly authorize?: Authorize;
  /** Bring an event to the reaper. A failure is tried again, then logged. */
  readonly deliverEvent: (event: Ec2Event) => Promise<void>;
  readonly onLog: (line: string) => void;
  /** Holds `{instance id}/console.log`, and the machine's disk as long as it lives. */
  readonly folder: string;
  /** From the launch to the start of the worker; the first third of it is `pending`. */
  readonly bootSeconds: number;
  /** From a spot interruption's notice to its end; 120 on EC2. */
  readonly noticeSeconds: number;
  /** From SIGTERM to SIGKILL when a machine is ended. */
  readonly graceSeconds: number;
  /** For so long after its launch, a machine is unknown to every call but the one that made it. */
  readonly visibilityDelaySeconds: number;
  /** Of the prices' movement. */
  readonly seed: number;
  readonly zones: readonly ZoneOptions[];
}

export interface LocalEc2 {
  /** For AWS_ENDPOINT_URL_EC2. */
  readonly endpoint: string;
  readonly controlEndpoint: string;
  /** Ends the servers and every machine at once, without notice or grace. Calling it again changes nothing. */
  stop(): Promise<void>;
}

/** Three zones of the region, as far apart in price as zones are on EC2. */
export const defaultZones = (region: string): readonly ZoneOptions[] => [
  { name: `${region}a`, spotUsdPerHour: 0.226 },
  { name: `${region}b`, spotUsdPerHour: 0.198 },
  { name: `${region}c`, spotUsdPerHour: 0.243 },
];
