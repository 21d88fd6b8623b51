/** The queue port with faults. */
import type { Tier } from "../../shared/contract/tiers.ts";
import type {
  JobQueue,
  JobQueues,
  OutgoingMessage,
  QueueDepth,
  ReceiptHandle,
  ReceivedMessage,
  ReceiveOptions,
  RefusedMessage,
} from "../../shared/ports.ts";
import { QueueError } from "../../shared/ports.ts";
import type { Process } from "./process.ts";

/** A queue as one program sees it. */
export class MortalQueue implements JobQueue {
  readonly #process: Process;
  readonly #queue: JobQueue;

  constructor(process: Process, queue: JobQueue) {
    this.#process = process;
    this.#queue = queue;
  }

  send(messages: readonly OutgoingMessage[]): Promise<readonly RefusedMessage[]> {
    return this.#call("send", () => this.#queue.send(messages));
  }
  receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    return this.#call("receive", () => this.#queue.receive(options));
  }
  extend(handles: readonly ReceiptHandle[], seconds: number): Promise<readonly ReceiptHandle[]> {
    return this.#call("extend", () => this.#queue.extend(handles, seconds));
  }
  delete(handles: readonly ReceiptHandle[]): Promise<void> {
    return this.#call("delete", () => this.#queue.delete(handles));
  }
  depth(): Promise<QueueDepth> {
    return this.#call("depth", () => this.#queue.depth());
  }

  #call<T>(operation: string, act: () => Promise<T>): Promise<T> {
    return this.#process.call(`queue.${operation}`, act, (detail) => new QueueError(detail));
  }
}

export class MortalJobQueues implements JobQueues {
  readonly #process: Process;
  readonly #queues: JobQueues;

  constructor(process: Process, queues: JobQueues) {
    this.#process = process;
    this.#queues = queues;
  }

  of(model: string, tier: Tier): JobQueue {
    return new MortalQueue(this.#process, this.#queues.of(model, tier));
  }

  get deadLetters(): JobQueue {
    return new MortalQueue(this.#process, this.#queues.deadLetters);
  }
}
