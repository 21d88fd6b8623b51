import { itemIdOf } from "../../../shared/contract/ids.ts";
import type { ItemId } from "../../../shared/contract/ids.ts";
import { tiers, type Tier } from "../../../shared/contract/tiers.ts";
import { jsonOf } from "../../../shared/contract/json.ts";
import { jobAddressSchema } from "../../../shared/contract/messages.ts";
import type { ReceivedMessage } from "../../../shared/ports.ts";
import { Access } from "../flow/access.ts";
import { isOutsideFault } from "../flow/faults.ts";
import type { Lease, Job } from "../jobs/job.ts";
import type { LeaseBook } from "../queue/lease-book.ts";
import type { AgentPorts, Settings } from "../ports.ts";
import type { Screener } from "./screener.ts";

/** A long poll, kept short: messages on the other tiers wait until it ends. */
const pollSeconds = 2;
/** Which tier is asked first, take by take. The others follow in their order. Each has its turn, so none starves. */
const turns: readonly Tier[] = ["fast", "fast", "fast", "standard", "fast", "fast", "fast", "bulk"];

export interface Taken {
  readonly jobs: readonly Job[];
  /** No message came that was for this worker. */
  readonly isEmpty: boolean;
}

/** Receives messages from the tiers, mostly the fast one first, and makes jobs of them. */
export class Intake {
  /** Messages that came for this worker, with those of items that had their result already. */
  messagesReceived = 0;
  #takes = 0;
  /** Whether SQS denies this worker its messages. */
  readonly access = new Access();
  readonly #ports: AgentPorts;
  readonly #visibilitySeconds: number;
  readonly #leases: LeaseBook;
  readonly #screener: Screener;
  /** The job that this worker has on an item already. */
  readonly #inHand: (itemId: ItemId) => Job | undefined;

  constructor(
    ports: AgentPorts,
    settings: Settings,
    parts: {
      readonly leases: LeaseBook;
      readonly screener: Screener;
      readonly inHand: (itemId: ItemId) => Job | undefined;
    },
  ) {
    this.#ports = ports;
    this.#visibilitySeconds = settings.visibility_seconds;
    this.#leases = parts.leases;
    this.#screener = parts.screener;
    this.#inHand = parts.inHand;
  }

  /**
   * @param room how many jobs there is room for
   * @param isLast wait on each tier: a short poll asks only some of SQS's servers and may miss a message
   */
  async take(room: number, isLast = false): Promise<Taken> {
    const jobs: Job[] = [];
    let isEmpty = true;
    for (const [place, tier] of this.#nextOrder().entries()) {
      const waits = isEmpty && (isLast || place === tiers.length - 1);
      const taken = await this.#takeFrom(tier, room - jobs.length, waits ? pollSeconds : 0);
      jobs.push(...taken.jobs);
      isEmpty &&= taken.isEmpty;
      if (jobs.length >= room) break;
    }
    return { jobs, isEmpty };
  }

  /** Stop extending the lease: the message comes again when it runs out. */
  forget(lease: Lease): void {
    if (lease.receiptHandle !== null) this.#leases.drop(lease.receiptHandle);
  }

  #nextOrder(): readonly Tier[] {
    const first = turns[this.#takes % turns.length] ?? "fast";
    this.#takes += 1;
    return [first, ...tiers.filter((tier) => tier !== first)];
  }

  async #takeFrom(tier: Tier, room: number, waitSeconds: number): Promise<Taken> {
    const messages = await this.#receive(tier, room, waitSeconds);
    // A failed receive is not an empty queue: do not idle-exit.
    if (messages === null) return { jobs: [], isEmpty: false };
    const screened = await Promise.all(messages.map((message) => this.#screen(message, tier)));
    this.messagesReceived += screened.filter((found) => found !== "not_ours").length;
    return {
      jobs: screened.filter((job) => typeof job === "object"),
      isEmpty: screened.every((found) => found === "not_ours"),
    };
  }

  async #receive(tier: Tier, max: number, waitSeconds: number): Promise<readonly ReceivedMessage[] | null> {
    const visibilitySeconds = this.#visibilitySeconds;
    const { clock } = this.#ports;
    try {
      const messages = await this.#ports.jobs[tier].receive({ max, waitSeconds, visibilitySeconds });
      this.access.heard(null, clock.nowMs());
      return messages;
    } catch (error) {
      if (!isOutsideFault(error)) throw error;
      this.access.heard(error, clock.nowMs());
      this.#ports.log.warn("could not receive messages", { tier, error });
      await clock.sleep(pollSeconds * 1000);
      return null;
    }
  }

  async #screen(message: ReceivedMessage, tier: Tier): Promise<Job | "handled" | "not_ours"> {
    if (this.#isInHand(message, tier)) return "not_ours";
    const lease: Lease = { tier, receiptHandle: message.receiptHandle };
    this.#hold(lease, message);
    try {
      const found = await this.#screener.screen(message, lease);
      if (found.kind === "job") return found.job;
      if (found.kind === "handled") return "handled";
      // Neither deleted nor released: it comes again when its visibility timeout is over, until SQS moves it to
      // the dead-letter queue.
      this.#leases.drop(message.receiptHandle);
      this.#ports.log.error("a message is not for this worker; SQS will deliver it again", {
        id: message.id,
        why: found.why,
      });
      return "not_ours";
    } catch (error) {
      if (!isOutsideFault(error)) throw error;
      // It comes again when its visibility timeout is over; S3 may answer by then.
      this.#ports.log.warn("could not check a message; SQS will deliver it again", { id: message.id, error });
      this.#leases.drop(message.receiptHandle);
      return "handled";
    }
  }

  /**
   * Whether this worker has a job on the message's item. If the job's lease was lost, this is the same message
   * again, and the job gets its lease. Otherwise it is a duplicate: it comes again and finds the result.
   */
  #isInHand(message: ReceivedMessage, tier: Tier): boolean {
    const address = jobAddressSchema.safeParse(jsonOf(message.body)).data;
    if (address === undefined) return false;
    const job = this.#inHand(itemIdOf(address.batch_id, address.index));
    if (job === undefined) return false;
    if (job.lease.receiptHandle === null && job.lease.tier === tier) {
      job.lease.receiptHandle = message.receiptHandle;
      this.#hold(job.lease, message);
    }
    return true;
  }

  #hold(lease: Lease, message: ReceivedMessage): void {
    this.#leases.hold(this.#ports.jobs[lease.tier], message.receiptHandle, () => {
      this.#ports.log.warn(
        "a lease was lost; another worker may make the item too, and the first commit wins",
        { id: message.id },
      );
      lease.receiptHandle = null;
    });
  }
}
