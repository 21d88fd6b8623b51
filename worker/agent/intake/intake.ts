import { itemIdOf } from "../../../shared/contract/ids.ts";
import type { ItemId } from "../../../shared/contract/ids.ts";
import { jsonOf } from "../../../shared/contract/json.ts";
import { jobAddressSchema } from "../../../shared/contract/messages.ts";
import type { ReceivedMessage } from "../../../shared/ports.ts";
import { Access } from "../flow/access.ts";
import { isOutsideFault } from "../flow/faults.ts";
import type { Held, Job } from "../work/job.ts";
import type { LeaseBook } from "../queue/lease-book.ts";
import type { AgentPorts, Lane, Settings } from "../ports.ts";
import type { Screener } from "./screener.ts";

/** A long poll; short, because a message on the fast lane waits for its end. */
const pollSeconds = 2;

export interface Taken {
  readonly jobs: readonly Job[];
  /** No message came that was ours to deal with. */
  readonly isEmpty: boolean;
}

/** Takes messages from the two lanes, the fast one first, always. */
export class Intake {
  /** Messages that came and were for this worker, with those of items that had their result already. */
  messagesReceived = 0;
  /** Whether SQS lets this worker receive. */
  readonly access = new Access();
  readonly #ports: AgentPorts;
  readonly #visibilitySeconds: number;
  readonly #leases: LeaseBook;
  readonly #screener: Screener;
  /** The job that this worker has on an item already, if any. */
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
   * @param isLast wait on both lanes: a short poll asks only some of SQS's servers, and may miss a message.
   */
  async take(room: number, isLast = false): Promise<Taken> {
    const fast = await this.#takeFrom("fast", room, isLast ? pollSeconds : 0);
    const left = room - fast.jobs.length;
    if (left === 0) return fast;
    const standard = await this.#takeFrom("standard", left, fast.isEmpty ? pollSeconds : 0);
    return { jobs: [...fast.jobs, ...standard.jobs], isEmpty: fast.isEmpty && standard.isEmpty };
  }

  /** Let go of a message that comes again by itself. */
  forget(held: Held): void {
    if (held.receipt !== null) this.#leases.drop(held.receipt);
  }

  async #takeFrom(lane: Lane, room: number, waitSeconds: number): Promise<Taken> {
    const messages = await this.#receive(lane, room, waitSeconds);
    // An unanswered question is no empty queue: nobody goes home because SQS is out.
    if (messages === null) return { jobs: [], isEmpty: false };
    const screened = await Promise.all(messages.map((message) => this.#screen(message, lane)));
    this.messagesReceived += screened.filter((found) => found !== "not_ours").length;
    return {
      jobs: screened.filter((job) => typeof job === "object"),
      isEmpty: screened.every((found) => found === "not_ours"),
    };
  }

  async #receive(lane: Lane, max: number, waitSeconds: number): Promise<readonly ReceivedMessage[] | null> {
    const visibilitySeconds = this.#visibilitySeconds;
    const { clock } = this.#ports;
    try {
      const messages = await this.#ports.jobs[lane].receive({ max, waitSeconds, visibilitySeconds });
      this.access.heard(null, clock.nowMs());
      return messages;
    } catch (error) {
      if (!isOutsideFault(error)) throw error;
      this.access.heard(error, clock.nowMs());
      this.#ports.log.warn("could not receive", { lane, error });
      await clock.sleep(pollSeconds * 1000);
      return null;
    }
  }

  async #screen(message: ReceivedMessage, lane: Lane): Promise<Job | "handled" | "not_ours"> {
    if (this.#isInHand(message, lane)) return "not_ours";
    const held: Held = { lane, receipt: message.receipt };
    this.#hold(held, message);
    try {
      const found = await this.#screener.screen(message, held);
      if (found.kind === "job") return found.job;
      if (found.kind === "handled") return "handled";
      // Neither deleted nor given back: it comes again when its visibility is over, until SQS has had enough
      // of it and moves it to the dead-letter queue.
      this.#leases.drop(message.receipt);
      this.#ports.log.error("a message is not for this worker", { id: message.id, why: found.why });
      return "not_ours";
    } catch (error) {
      if (!isOutsideFault(error)) throw error;
      // Left alone: screened at again when its visibility is over, by then S3 may answer.
      this.#ports.log.warn("could not look at a message", { id: message.id, error });
      this.#leases.drop(message.receipt);
      return "handled";
    }
  }

  /**
   * A second message of an item that this worker has in hand: if the first one's lease was lost, this is it
   * again, and the job has a lease once more. Otherwise it is a duplicate, which finds the result later.
   */
  #isInHand(message: ReceivedMessage, lane: Lane): boolean {
    const address = jobAddressSchema.safeParse(jsonOf(message.body)).data;
    if (address === undefined) return false;
    const job = this.#inHand(itemIdOf(address.batch_id, address.index));
    if (job === undefined) return false;
    if (job.held.receipt === null && job.held.lane === lane) {
      job.held.receipt = message.receipt;
      this.#hold(job.held, message);
    }
    return true;
  }

  #hold(held: Held, message: ReceivedMessage): void {
    this.#leases.hold(this.#ports.jobs[held.lane], message.receipt, () => {
      this.#ports.log.warn("a lease was lost; the commit decides", { id: message.id });
      held.receipt = null;
    });
  }
}
