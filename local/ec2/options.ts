/** The options of the local EC2. */
import type { Ec2Event } from "./machines/events.ts";

/** An availability zone and the properties of its spot pool. */
export interface ZoneOptions {
  readonly name: string;
  /** The price moves around this one. */
  readonly spotUsdPerHour: number;
  /** How many machines it has room for; absent: no limit. */
  readonly instances?: number;
}

export interface Check {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}
/** @returns the first check that the key's policies do not allow; null: they allow all */
export type Authorize = (
  accessKey: string,
  checks: readonly Check[],
) => Promise<Pick<Check, "action" | "resource"> | null>;

/** The program that a machine runs instead of its image. */
export interface WorkerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The machine's whole environment, except the address of its metadata and its temporary folder. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface LocalEc2Options {
  readonly region: string;
  /** Where its time is not this machine's. */
  readonly nowMs?: () => number;
  /** The emulator with what was deployed: launch templates, subnets, instance profiles and their roles. */
  readonly awsEndpoint: string;
  readonly launchWorker: WorkerCommand;
  /** Checks callers' rights. If absent, every signed caller may do everything. */
  readonly authorize?: Authorize;
  /** Sends an event to the reaper. A failure is tried again, and then logged. */
  readonly deliverEvent: (event: Ec2Event) => Promise<void>;
  readonly onLog: (line: string) => void;
  /** Holds `{instance id}/console.log`, and the machine's disk while it lives. */
  readonly folder: string;
  /** From the launch to the start of the worker; the first third of it is `pending`. */
  readonly bootSeconds: number;
  /** From the notice of a spot interruption to the machine's end; 120 on EC2. */
  readonly noticeSeconds: number;
  /** From SIGTERM to SIGKILL when a machine is ended. */
  readonly graceSeconds: number;
  /** For this long after its launch, a machine is unknown to every call but the one that launched it. */
  readonly visibilityDelaySeconds: number;
  /** The seed of the prices. */
  readonly seed: number;
  readonly zones: readonly ZoneOptions[];
}

export interface LocalEc2 {
  /** For AWS_ENDPOINT_URL_EC2. */
  readonly endpoint: string;
  readonly controlEndpoint: string;
  /** Ends the servers and every machine at once, without notice or grace. A second call changes nothing. */
  stop(): Promise<void>;
}

/** Three zones of the region, whose prices differ as much as on EC2. */
export const defaultZones = (region: string): readonly ZoneOptions[] => [
  { name: `${region}a`, spotUsdPerHour: 0.226 },
  { name: `${region}b`, spotUsdPerHour: 0.198 },
  { name: `${region}c`, spotUsdPerHour: 0.243 },
];
