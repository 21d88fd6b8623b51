/** What the doctor asks an AWS account: it reads, and changes nothing. */

import type { ImageFacts, SubnetFacts } from "../../serverless/account.ts";

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
  /** Whether resources were changed by hand, as CloudFormation found when it was last asked to look. */
  readonly drift: {
    readonly state: "drifted" | "in sync" | "not looked for";
    /** In ISO 8601. */
    readonly lookedAt: string | null;
  };
}

export interface DeployedFunction {
  /** Its environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** In base64. */
  readonly codeSha256: string;
}

export interface Alarm {
  readonly name: string;
  readonly isRaised: boolean;
  /** Whether anybody is told when it is raised. */
  readonly tells: boolean;
}

/** One that AWS keeps itself, by what it charges. */
export interface Budget {
  readonly monthUsd: number;
  /** At how many shares of it somebody is told. */
  readonly notices: number;
}

/** Something that costs money and that nobody uses any more. */
export interface Leftover {
  readonly kind: "machine" | "volume" | "snapshot" | "security group" | "spot request";
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
  /** Whether a grant of the key, or its policy, names a role or a service. */
  keyIsFor(key: string, principal: string): Promise<boolean>;
  image(id: string): Promise<ImageFacts | null>;
  hasKeyPair(name: string): Promise<boolean>;
  /** By id; those that are not there are left out. */
  subnets(ids: readonly string[]): Promise<ReadonlyMap<string, SubnetFacts>>;
  /** `others`: it belongs to another account, or these credentials may not look at it. */
  bucket(name: string, account: string): Promise<"none" | "ours" | "others">;
  bucketIsPublic(name: string): Promise<boolean>;
  stack(name: string): Promise<Stack | null>;
  /** As it was sent by the last deploy, as JSON. */
  template(stack: string): Promise<string>;
  /** Null: there is no such function. */
  deployedFunction(name: string): Promise<DeployedFunction | null>;
  /** Those whose name begins so. */
  alarms(prefix: string): Promise<readonly Alarm[]>;
  /** Who hears a topic: those who confirmed it, and those who have not yet. */
  subscribers(topic: string): Promise<{ readonly confirmed: number; readonly pending: number }>;
  /** Whether AWS counts costs by a tag; `of the organization`: only its management account knows. */
  costTag(tag: string): Promise<"active" | "inactive" | "not seen" | "of the organization">;
  budget(account: string, name: string): Promise<Budget | null>;
  /** Launches that were written down so long ago and have no outcome. */
  openLaunches(bucket: string, ageMs: number): Promise<readonly string[]>;
  /** Of every stage whose stack is gone, and of image builds that are over. */
  leftovers(): Promise<readonly Leftover[]>;
  /** Those of the actions that these credentials may not do. */
  forbidden(arn: string, actions: readonly string[]): Promise<readonly string[]>;
}
