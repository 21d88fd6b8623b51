/** What a build is, and what is known of it: all of it read back from EC2 and S3, so that a build can be called again. */

/** What the machine writes when it has tried itself (ami/image/bin/self-test.py), or has failed before that. */
export interface Report {
  readonly passed: boolean;
  readonly faults: readonly string[];
  readonly gpu?: string | undefined;
  readonly driver?: string | undefined;
  readonly torch?: string | undefined;
}

export interface BuildMachine {
  readonly id: string;
  readonly state: "pending" | "running" | "stopping" | "stopped" | "shutting-down" | "terminated";
  readonly launchedMs: number;
  /** The base image that it was started from. */
  readonly baseImage: string;
}

export interface BuiltImage {
  readonly id: string;
  readonly name: string;
  readonly state: "pending" | "available" | "failed";
}

export interface Facts {
  readonly machine: BuildMachine | null;
  readonly report: Report | null;
  readonly image: BuiltImage | null;
  readonly securityGroup: string | null;
}

/** The image is not made; what was half made is gone, or the message says that it is kept. */
export class BuildError extends Error {
  override readonly name = "BuildError";
}
