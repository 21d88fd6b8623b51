/** What a command has around it: the only ways out of `mgb`, so that tests stand in for all of them. */
import type { Readable } from "node:stream";
import type { Played } from "./clips/player.ts";
import type { OperatorAws } from "../shared/aws/operator.ts";
import type { CloudFile } from "../shared/contract/cloud-file.ts";
import type { Clock, Random } from "../shared/ports.ts";

export interface Surroundings {
  /** Data alone. */
  readonly out: NodeJS.WriteStream;
  /** What is for people. */
  readonly err: NodeJS.WriteStream;
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the user stands. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
  /** AWS with the user's own credentials. @param local where the embedded cloud is to be asked in its place */
  readonly openAws: (local: CloudFile["endpoints"] | null) => Promise<OperatorAws>;
  readonly playFile: (path: string, signal: AbortSignal) => Promise<Played>;
  /** @returns whether a browser took it */
  readonly openPage: (url: string, signal: AbortSignal) => Promise<boolean>;
  /** @returns the exit code of a command that needs a clone; null: this program is not in one */
  readonly runInClone: (args: readonly string[]) => Promise<number | null>;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}
