import type { ResultRecord } from "../../../shared/contract/records/batch-records.ts";
import type { InstanceId } from "../../../shared/contract/ids.ts";
import type { ItemEvent, JobMessage } from "../../../shared/contract/messages.ts";
import { byTier, type ByTier, tiers } from "../../../shared/contract/tiers.ts";
import type { Clock, JobQueue, Log, ReceiptHandle } from "../../../shared/ports.ts";
import type { Tasks } from "../flow/tasks.ts";
import type { Settings } from "../ports.ts";
import { Batcher } from "../queue/batcher.ts";
import type { LeaseBook } from "../queue/lease-book.ts";
import { Outbox } from "../queue/outbox.ts";
import type { Lease, Job } from "./job.ts";

type ReleaseReason = Extract<ItemEvent, { type: "released" }>["reason"];

/** SQS takes ten receipt handles a request. */
const deletionsPerRequest = 10;

/**
 * Tells `fold` what happens to an item, and does to its message what follows: the message of a released item
 * becomes visible again; that of an item that has its result, or waits outside the queue, is deleted.
 */
export class Reporter {
  readonly #clock: Clock;
  readonly #jobs: ByTier<JobQueue>;
  readonly #instanceId: InstanceId;
  readonly #visibilitySeconds: number;
  readonly #leases: LeaseBook;
  readonly #outbox: Outbox;
  readonly #deletions: ByTier<Batcher<ReceiptHandle>>;

  constructor(
    ports: {
      readonly clock: Clock;
      readonly log: Log;
      readonly jobs: ByTier<JobQueue>;
      readonly events: JobQueue;
    },
    instanceId: InstanceId,
    settings: Settings,
    parts: { readonly leases: LeaseBook; readonly tasks: Tasks },
  ) {
    const { clock, log } = ports;
    this.#clock = clock;
    this.#jobs = ports.jobs;
    this.#instanceId = instanceId;
    this.#visibilitySeconds = settings.visibility_seconds;
    this.#leases = parts.leases;
    const common = { clock, log, tasks: parts.tasks };
    this.#outbox = new Outbox(ports.events, { ...common, unhurriedMs: settings.heartbeat_seconds * 1000 });
    this.#deletions = byTier(
      (tier) =>
        new Batcher<ReceiptHandle>({
          ...common,
          what: "delete messages",
          maxEntries: deletionsPerRequest,
          send: (receipts) => ports.jobs[tier].delete(receipts),
        }),
    );
  }

  started(job: Job, steps: number): void {
    this.#outbox.tell({ type: "started", ...this.#attempt(job), steps });
  }

  advanced(job: Job, step: number, steps: number): void {
    this.#outbox.tell({ type: "advanced", ...this.#attempt(job), step, steps });
  }

  /** @param seconds until another worker may have the message */
  async release(job: Job, reason: ReleaseReason, seconds: number): Promise<void> {
    if (job.progress !== null) this.#outbox.tell({ type: "released", ...this.#attempt(job), reason });
    const { tier, receiptHandle } = job.lease;
    if (receiptHandle === null) return;
    this.#leases.drop(receiptHandle);
    await this.#jobs[tier].extend([receiptHandle], seconds);
  }

  /** The item has this result. */
  finish(lease: Lease, result: ResultRecord): void {
    const { batch_id, index } = result;
    this.#outbox.tell({ type: "finished", batch_id, index, at: this.#nowIso(), result });
    this.#deleteMessage(lease);
  }

  /** The item's batch is held: the reconciler sends the item again when the batch goes on. */
  setAside(lease: Lease, { batch_id, index }: Pick<JobMessage, "batch_id" | "index">): void {
    this.#outbox.tell({ type: "set_aside", batch_id, index, at: this.#nowIso() });
    this.#deleteMessage(lease);
  }

  async flush(): Promise<void> {
    await Promise.all([this.#outbox.flush(), ...tiers.map((tier) => this.#deletions[tier].flush())]);
  }

  #deleteMessage(lease: Lease): void {
    if (lease.receiptHandle === null) return;
    this.#leases.drop(lease.receiptHandle);
    // A third of its visibility is left at least, for leases are extended before: waiting a sixth is safe.
    const withinMs = Math.min(10_000, (this.#visibilitySeconds * 1000) / 6);
    this.#deletions[lease.tier].add(lease.receiptHandle, withinMs);
  }

  #attempt(job: Job) {
    return {
      batch_id: job.message.batch_id,
      index: job.message.index,
      at: this.#nowIso(),
      instance_id: this.#instanceId,
      attempt: job.attempt,
    };
  }

  #nowIso(): string {
    return new Date(this.#clock.nowMs()).toISOString();
  }
}
