/**
 * The only ways in which the domain reaches the world. Each port has an implementation on AWS (`shared/aws`) and one in
 * memory (`simulation/memory`); one contract suite for each port runs on both.
 */
import type { BatchId, InstanceId, IntentId } from "./contract/ids.ts";
import type { Tier } from "./contract/tiers.ts";
import type { EndedBy, Market } from "./contract/records/fleet-records.ts";

export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted before. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A ULID for the given time: 26 characters, sorted by time. */
  ulid(timeMs: number): string;
}

/** Opaque; only the store compares it. */
export type Etag = string & { readonly __etag: unique symbol };
export interface StoredObject {
  readonly body: string;
  readonly etag: Etag;
  /** When it was written, by the store's own clock. */
  readonly modifiedMs: number;
}
export type CreateResult = { readonly kind: "written"; readonly etag: Etag } | { readonly kind: "exists" };
export type ReplaceResult = { readonly kind: "written"; readonly etag: Etag } | { readonly kind: "changed" };
export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}
export type RangeResult =
  | {
      readonly kind: "read";
      readonly bytes: Uint8Array;
      readonly etag: Etag;
      /** Of the whole object. */
      readonly sizeBytes: number;
    }
  | { readonly kind: "absent" }
  /** It is another object now than the one with that tag. */
  | { readonly kind: "changed" };
/** What a client has to send so that the bucket takes its file. */
export interface SignedUpload {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}
export interface ListPage {
  readonly objects: readonly ListedObject[];
  readonly more: boolean;
}

/**
 * Strongly consistent objects with compare-and-swap on one key. Every method throws StoreError when the store refuses
 * or does not answer. A 409 (a concurrent conditional write) is retried inside the adapter with jitter. A 412 is an
 * outcome, never an error.
 * @see S3 user guide, "Conditional requests"
 */
export interface ObjectStore {
  /** @returns null when there is no such object. */
  get(key: string): Promise<StoredObject | null>;
  exists(key: string): Promise<boolean>;
  /**
   * A part of an object; less at its end. An empty object is absent.
   * @param etag of the object that is meant; null: whichever is there
   */
  getRange(
    key: string,
    range: { readonly from: number; readonly bytes: number },
    etag: Etag | null,
  ): Promise<RangeResult>;
  /** If-None-Match: `*`. */
  create(key: string, body: string): Promise<CreateResult>;
  /** If-Match. The answer is "changed" also when the object is gone. */
  replace(key: string, body: string, etag: Etag): Promise<ReplaceResult>;
  /** Last writer wins: for records with one writer. */
  put(key: string, body: string): Promise<void>;
  putFile(key: string, path: string, contentType: string): Promise<void>;
  getFile(key: string, path: string): Promise<"written" | "absent">;
  /** Inside the store, of up to 5 GB. @returns "absent" when there is nothing to copy */
  copy(from: string, to: string): Promise<"written" | "absent">;
  /** Deleting a missing object is no error. */
  delete(key: string): Promise<void>;
  /** In ascending key order, at most 1,000. @param after exclusive start key */
  list(prefix: string, options?: { readonly after?: string; readonly limit?: number }): Promise<ListPage>;
  /** A URL from which anyone can GET the object for a limited time. Never stored, never logged. */
  signedUrl(
    key: string,
    options: { readonly expiresSeconds: number; readonly fileName: string },
  ): Promise<string>;
  /**
   * A URL to which anyone can PUT the object for a limited time: once, and with exactly this many bytes. Never stored,
   * never logged.
   */
  signedUpload(
    key: string,
    options: { readonly bytes: number; readonly expiresSeconds: number },
  ): Promise<SignedUpload>;
}

export type ReceiptHandle = string & { readonly __receiptHandle: unique symbol };
export interface ReceivedMessage {
  readonly id: string;
  readonly body: string;
  readonly receiptHandle: ReceiptHandle;
  /** How often SQS has delivered it, this time included. */
  readonly receiveCount: number;
}
export interface OutgoingMessage {
  readonly body: string;
  /** Groups share the queue fairly: it prefers messages of groups that have few in flight. */
  readonly groupId?: string;
  /** Nobody receives it before; 0 to 900. While it waits, it is not in flight, of which a queue has a limit. */
  readonly delaySeconds?: number;
}
export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
}

/** A message that the queue will never accept because of its content. */
export interface RefusedMessage {
  /** Its place among the messages that were given to `send`. */
  readonly place: number;
  /** SQS's own code, such as `InvalidMessageContents`. */
  readonly code: string;
  readonly detail: string;
}

export interface ReceiveOptions {
  /** At most ten come at a time, even if more are asked for. */
  readonly max: number;
  /** Long poll, 0 to 20. */
  readonly waitSeconds: number;
  readonly visibilitySeconds: number;
  /** Ends the poll early: it answers with no messages, and throws nothing. */
  readonly signal?: AbortSignal;
}

/**
 * One queue. The adapter sends calls in batches of ten. Entries that fail inside a batch with answer 200 are retried,
 * then thrown as QueueError. Counts may be wrong for about a minute.
 */
export interface JobQueue {
  /**
   * Sends all messages, except those that the queue refuses because of their content: sending these again is pointless.
   * @returns the refused ones. Any other refusal (a throttle, missing rights, a missing queue) is a QueueError
   */
  send(messages: readonly OutgoingMessage[]): Promise<readonly RefusedMessage[]>;
  receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]>;
  /**
   * Hides received messages for this much longer, from now on; 0 returns them to the queue at once.
   * @returns the handles whose lease was lost: the message was deleted, or delivered to another worker
   */
  extend(handles: readonly ReceiptHandle[], seconds: number): Promise<readonly ReceiptHandle[]>;
  delete(handles: readonly ReceiptHandle[]): Promise<void>;
  depth(): Promise<QueueDepth>;
}

export interface PoolOffer {
  readonly instanceType: string;
  readonly zone: string;
  readonly subnetId: string;
  readonly priceUsdPerHour: number;
}
export interface AskedPool extends PoolOffer {
  /**
   * EC2 takes a spot machine whose price rises over this; null: no price is named, and EC2 uses the on-demand price.
   */
  readonly bidUsdPerHour: number | null;
}
export interface LaunchRequest {
  readonly intentId: IntentId;
  /** The same token asks for the same launch: repeating the request never launches twice. */
  readonly clientToken: string;
  readonly count: number;
  readonly model: string;
  readonly market: Market;
  /** EC2 chooses among them. */
  readonly pools: readonly AskedPool[];
  /** What the account wants on all that the launch makes, besides ours. */
  readonly tags: Readonly<Record<string, string>>;
  readonly expiresAt: string;
}
/**
 * What an error of a launch means for the next launches.
 * - `pool_dry`: the pool has no capacity now; it is left alone for a minute.
 * - `no_capacity`: the request as a whole could not be filled; no single pool is at fault.
 * - `not_offered`: the zone does not offer the type; the pool is left out for hours.
 * - `market_quota`: the account's limit for spot or for on-demand, whichever was asked for.
 * - `account_quota`: a limit of the account for both markets.
 * - `not_there_yet`: the request names something that does not exist; right after a deploy it will exist in a minute or
 *   two.
 * - `refused`: asking again is pointless until a person acts (rights, bad parameters).
 * - `again`: a throttle, or an unknown code: nothing was launched.
 * - `server_fault`: EC2 failed; it may have launched all the same.
 */
export type ErrorClass =
  | "pool_dry"
  | "no_capacity"
  | "not_offered"
  | "market_quota"
  | "account_quota"
  | "not_there_yet"
  | "refused"
  | "again"
  | "server_fault";
export interface PoolError {
  readonly code: string;
  readonly message: string;
  /** Null: the error is about the request as a whole. */
  readonly zone: string | null;
  /** Null: about the request as a whole, or about all its types in that zone. */
  readonly instanceType: string | null;
  readonly errorClass: ErrorClass;
}
export interface LaunchedMachine {
  readonly instanceId: InstanceId;
  readonly instanceType: string;
  readonly zone: string;
}
export type LaunchOutcome =
  /** EC2 answered. `launched` may have fewer machines than asked for, or none; `errors` says why, one for each pool. */
  | {
      readonly kind: "answered";
      readonly launched: readonly LaunchedMachine[];
      readonly errors: readonly PoolError[];
    }
  | { readonly kind: "refused"; readonly error: PoolError }
  /** No answer came, so EC2 may have launched. Ask again with the same token. */
  | { readonly kind: "unknown"; readonly detail: string };

export const instanceStates = [
  "pending",
  "running",
  "shutting-down",
  "stopping",
  "stopped",
  "terminated",
] as const;
export type InstanceState = (typeof instanceStates)[number];
export interface FleetInstance {
  readonly instanceId: InstanceId;
  readonly state: InstanceState;
  /** Null: only its heartbeat shows it, which does not say. */
  readonly instanceType: string | null;
  readonly zone: string;
  readonly market: Market;
  readonly launchedMs: number;
  readonly intentId: IntentId | null;
  readonly model: string | null;
  readonly expiresMs: number | null;
  /** For a machine that ends or has ended; null while EC2 has not said. */
  readonly endedBy: EndedBy | null;
}
/** A machine of any stage, as EC2 lists it. */
export interface TaggedMachine extends FleetInstance {
  readonly region: string;
  readonly instanceType: string;
  /** As its tag says. */
  readonly stage: string;
}

export interface TerminateOutcome {
  readonly instanceId: InstanceId;
  readonly kind: "terminating" | "not_found" | "failed";
  readonly detail: string;
}
/** A machine type in a zone. */
export interface Pool {
  readonly instanceType: string;
  readonly zone: string;
  readonly subnetId: string;
  /** The spot price in force now; null when EC2 gives none for the zone. */
  readonly priceUsdPerHour: number | null;
  /** When that price came into force; null as above. */
  readonly priceSinceMs: number | null;
  /** The lowest price within the time that was asked about, the price now included; null as above. */
  readonly lowestUsdPerHour: number | null;
}

/** The machines that carry our stage's tag. Throws FleetError when EC2 does not answer. */
export interface ComputeFleet {
  /**
   * Where machines of these types could run, and at what spot price.
   * @param lookBackMs how far back the lowest price is looked for
   */
  pools(instanceTypes: readonly string[], lookBackMs: number): Promise<readonly Pool[]>;
  launch(request: LaunchRequest): Promise<LaunchOutcome>;
  /** Every machine of ours that EC2 lists, including those that ended within the last hour. */
  list(): Promise<readonly FleetInstance[]>;
  find(instanceId: InstanceId): Promise<FleetInstance | null>;
  /** After an error of a batch it tries one by one, so that one bad id does not keep other machines alive. */
  terminate(instanceIds: readonly InstanceId[]): Promise<readonly TerminateOutcome[]>;
  /** The end of what a machine wrote to its console; null when EC2 has nothing, as is usual for minutes. */
  consoleOutput(instanceId: InstanceId): Promise<string | null>;
}

/** A price that came into force. */
export interface PriceChange {
  readonly instanceType: string;
  readonly zone: string;
  readonly atMs: number;
  readonly usdPerHour: number;
}

/** What spot machines have cost, by type and zone. */
export interface SpotPrices {
  /**
   * The changes since then, and before them the price that was in force at that time; in no order.
   * @throws FleetError
   */
  history(instanceTypes: readonly string[], sinceMs: number): Promise<readonly PriceChange[]>;
}

/** The job queues of the stage: each model has one for each tier. */
export interface JobQueues {
  /** @throws RangeError for a model that the stage does not serve. */
  of(model: string, tier: Tier): JobQueue;
  /** The queue of messages that were received too often from any of them. */
  readonly deadLetters: JobQueue;
}

/** Starts a tick of the launcher at once, without waiting for it. Throws LauncherError. */
export interface LauncherTrigger {
  trigger(): Promise<void>;
}

/** Starts the expansion of a batch's upload, without waiting for it. Throws ExpanderError. */
export interface Expander {
  expand(batchId: BatchId): Promise<void>;
}

export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** The object store refused or did not answer. The write may have succeeded all the same. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly key: string;
  readonly isRefusal: boolean;
  constructor(message: string, key: string, options: ServiceErrorOptions) {
    super(message, options);
    this.key = key;
    this.isRefusal = options.isRefusal ?? false;
  }
}

interface ServiceErrorOptions {
  readonly cause?: unknown;
  /** The caller lacks the right, or asks for something that does not exist: another try would fail the same way. */
  readonly isRefusal?: boolean;
}

/** The queue refused or did not answer. A message may have been sent all the same. */
export class QueueError extends Error {
  override readonly name = "QueueError";
  readonly isRefusal: boolean;
  constructor(message: string, options: ServiceErrorOptions = {}) {
    super(message, options);
    this.isRefusal = options.isRefusal ?? false;
  }
}

/** A line of a function's log. */
export interface LogLine {
  /** CloudWatch's own, so that a line that is read twice is known. */
  readonly id: string;
  readonly atMs: number;
  readonly text: string;
}
/** The logs did not answer. */
export class LogsError extends Error {
  override readonly name = "LogsError";
  /** What the caller lacks, such as `logs:FilterLogEvents`; null: it is something else. */
  readonly missingRight: string | null;
  constructor(message: string, { missingRight, cause }: { missingRight: string | null; cause: unknown }) {
    super(message, { cause });
    this.missingRight = missingRight;
  }
}

/** EC2 did not answer, or refused a call that should never be refused. */
export class FleetError extends Error {
  override readonly name = "FleetError";
}

/** The launcher could not be called. Its schedule runs it within a minute all the same. */
export class LauncherError extends Error {
  override readonly name = "LauncherError";
}

/** The expansion could not be started. The reconciler starts it within minutes all the same. */
export class ExpanderError extends Error {
  override readonly name = "ExpanderError";
}
