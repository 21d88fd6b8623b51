/** What the doctor asks an AWS account: it reads, and changes nothing. */

import type { ImageFacts } from "../../serverless/account.ts";

/** The account answered that these credentials may not ask this. */
export class NotAllowed extends Error {
  override readonly name = "NotAllowed";
}
/** There are no credentials, or AWS does not take them. */
export class NotSignedIn extends Error {
  override readonly name = "NotSignedIn";
}
/** The account gave no answer that can be used. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

export interface Identity {
  readonly account: string;
  readonly arn: string;
  /** How far this machine's clock is ahead of AWS's; negative: behind. */
  readonly clockAheadMs: number;
}

export interface Stack {
  readonly status: string;
  /** When it was last deployed, in ISO 8601. */
  readonly changedAt: string;
}

/** Something that costs money and that nobody uses any more. */
export interface Leftover {
  readonly kind: "machine" | "volume" | "snapshot" | "security group";
  readonly id: string;
  /** Of the stage or the image build that made it. */
  readonly tag: string;
}

/** Every method rejects with {@link NotAllowed} or {@link NoAnswer} when the question is not answered. */
export interface Account {
  identity(): Promise<Identity>;
  regionIsEnabled(): Promise<boolean>;
  /** In alphabetical order. */
  zonesOffering(instanceType: string): Promise<readonly string[]>;
  vcpusOf(instanceType: string): Promise<number>;
  /** USD an hour by zone, today. */
  spotPrices(instanceType: string, zones: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** In vCPUs. @param code of EC2's quota, such as `L-3819A6DF` */
  quota(code: string): Promise<number>;
  concurrentFunctions(): Promise<number>;
  hasRole(name: string): Promise<boolean>;
  /** The key that new volumes are encrypted with by default; null: they are not encrypted. */
  defaultDiskKey(): Promise<string | null>;
  /** Whether a grant of the key, or its policy, names the role. */
  keyIsFor(key: string, roleArn: string): Promise<boolean>;
  image(id: string): Promise<ImageFacts | null>;
  hasKeyPair(name: string): Promise<boolean>;
  /** `others`: it belongs to another account, or these credentials may not look at it. */
  bucket(name: string, account: string): Promise<"none" | "ours" | "others">;
  bucketIsPublic(name: string): Promise<boolean>;
  stack(name: string): Promise<Stack | null>;
  /** The variable of a function's environment; null: there is no such function, or it has no such variable. */
  functionVariable(functionName: string, variable: string): Promise<string | null>;
  /** The names of the alarms that are raised, of those whose name begins so. */
  raisedAlarms(prefix: string): Promise<readonly string[]>;
  /** Who hears a topic: those who confirmed it, and those who have not yet. */
  subscribers(topic: string): Promise<{ readonly confirmed: number; readonly pending: number }>;
  costTagIsActive(tag: string): Promise<boolean>;
  /** Of every stage whose stack is gone, and of image builds that are over. */
  leftovers(): Promise<readonly Leftover[]>;
  /** Those of the actions that these credentials may not do. */
  forbidden(arn: string, actions: readonly string[]): Promise<readonly string[]>;
}
