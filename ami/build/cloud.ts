import type { BuildMachine, BuiltImage, Facts, Report } from "./facts.ts";

/** What is made, and from what: it names the build, so that the next call for the same finds it. */
export interface BuildPlan {
  /** Of the worker package: a hash of its content. */
  readonly version: string;
  readonly commit: string;
  /** Hugging Face ids. */
  readonly models: readonly string[];
  /** An AMI id, or `resolve:ssm:` and a public parameter's path. */
  readonly baseImage: string;
  readonly instanceType: string;
  /** What the account wants on everything, beside the build's own. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** The only way out of a build. Each call is safe to repeat. */
export interface BuildCloud {
  facts(): Promise<Facts>;
  /** The package is where the machine finds it, with a group that lets nothing in, and the machine starts. */
  launch(packagePath: string): Promise<void>;
  stop(machine: BuildMachine): Promise<void>;
  createImage(machine: BuildMachine, report: Report): Promise<void>;
  terminate(machine: BuildMachine): Promise<void>;
  deleteGroup(group: string): Promise<void>;
  /** With its snapshots. */
  deleteImage(image: BuiltImage): Promise<void>;
  /** Where the machine's log is. */
  readonly logPlace: string;
}
