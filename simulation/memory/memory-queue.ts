/** The queue port in memory. */
import type {
  Clock,
  JobQueue,
  OutgoingMessage,
  QueueDepth,
  Random,
  ReceiptHandle,
  ReceivedMessage,
  ReceiveOptions,
  RefusedMessage,
} from "../../shared/ports.ts";
import { QueueError } from "../../shared/ports.ts";
import type { Faults } from "./faults.ts";
import { FairLine } from "./fair-line.ts";
import { withFaults } from "./faults.ts";

interface Message {
  readonly id: string;
  readonly body: string;
  readonly groupId: string | null;
  visibleFromMs: number;
  receiveCount: number;
  /** From the latest receive; null before the first. */
  receiptHandle: ReceiptHandle | null;
}
export interface QueuedMessage {
  readonly body: string;
  readonly groupId: string | null;
  readonly visible: boolean;
  readonly receiveCount: number;
}

/** Entries of one request, sent or received. @see SQS API reference, SendMessageBatch, ReceiveMessage */
const batchSize = 10;
const maxBytes = 1024 * 1024;
/** The characters of XML 1.0. @see SQS API reference, SendMessage, MessageBody */
const allowedText = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/**
 * A standard queue of SQS in memory. Faults are named by the port's methods, one for each request (of ten entries);
 * their key is the queue's name.
 */
export class MemoryQueue implements JobQueue {
  readonly #clock: Clock;
  readonly #name: string;
  readonly #faults: Faults | undefined;
  readonly #random: Random | undefined;
  readonly #messages = new Map<string, Message>();
  /** Long polls that wait: a message that becomes visible now wakes them. */
  readonly #polls = new Set<AbortController>();
  #drawn = 0;

  /** @param options.random if given, messages are delivered in any order, as in a standard queue */
  constructor(options: {
    readonly clock: Clock;
    readonly name?: string;
    readonly faults?: Faults;
    readonly random?: Random;
  }) {
    this.#clock = options.clock;
    this.#name = options.name ?? "queue";
    this.#faults = options.faults;
    this.#random = options.random;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly RefusedMessage[]> {
    const refused: RefusedMessage[] = [];
    for (const batch of inBatches([...messages.entries()]))
      await this.#request("send", () => {
        for (const [place, message] of batch) {
          const refusal = refusalOf(message.body);
          if (refusal === null) this.#add(message);
          else refused.push({ place, ...refusal });
        }
        this.#wakePolls();
      });
    return refused;
  }

  async receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    if (options.max < 1) throw new QueueError(`expected \`max\` to be at least 1, got ${options.max}`);
    const max = Math.min(options.max, batchSize);
    const untilMs = this.#clock.nowMs() + options.waitSeconds * 1000;
    for (;;) {
      if (options.signal?.aborted === true) return [];
      const taken = await this.#request("receive", () => this.#take(max, options.visibilitySeconds));
      if (taken.length > 0 || this.#clock.nowMs() >= untilMs) return taken;
      await this.#waitForMessage(untilMs, options.signal);
    }
  }

  async extend(handles: readonly ReceiptHandle[], seconds: number): Promise<readonly ReceiptHandle[]> {
    const lost: ReceiptHandle[] = [];
    for (const batch of inBatches(handles))
      await this.#request("extend", () => {
        for (const handle of batch) if (!this.#hide(handle, seconds)) lost.push(handle);
        this.#wakePolls();
      });
    return lost;
  }

  async delete(handles: readonly ReceiptHandle[]): Promise<void> {
    for (const batch of inBatches(handles))
      await this.#request("delete", () => {
        for (const handle of batch) this.#messages.delete(this.#holding(handle)?.id ?? "");
      });
  }

  depth(): Promise<QueueDepth> {
    return this.#request("depth", () => {
      const visible = this.contents().filter((message) => message.visible).length;
      return { visible, inFlight: this.#messages.size - visible };
    });
  }

  /** The messages in it, in the order of sending, so that a test can read them. */
  contents(): readonly QueuedMessage[] {
    return [...this.#messages.values()].map(({ body, groupId, receiveCount, visibleFromMs }) => ({
      body,
      groupId,
      receiveCount,
      visible: visibleFromMs <= this.#clock.nowMs(),
    }));
  }

  #request<T>(operation: string, act: () => T): Promise<T> {
    return withFaults(this.#faults, operation, this.#name, act);
  }

  #add(message: OutgoingMessage): void {
    this.#drawn += 1;
    const id = `${this.#name}-${this.#drawn}`;
    this.#messages.set(id, {
      id,
      body: message.body,
      groupId: message.groupId ?? null,
      visibleFromMs: this.#clock.nowMs() + (message.delaySeconds ?? 0) * 1000,
      receiveCount: 0,
      receiptHandle: null,
    });
  }

  #take(max: number, visibilitySeconds: number): ReceivedMessage[] {
    const line = new FairLine(this.#messages.values(), this.#clock.nowMs());
    const taken: ReceivedMessage[] = [];
    while (taken.length < max) {
      const message = line.next(this.#random);
      if (message === undefined) break;
      taken.push(this.#handOut(message, visibilitySeconds));
    }
    return taken;
  }

  #handOut(message: Message, visibilitySeconds: number): ReceivedMessage {
    message.receiveCount += 1;
    message.visibleFromMs = this.#clock.nowMs() + visibilitySeconds * 1000;
    const receiptHandle = `${message.id}/${message.receiveCount}` as ReceiptHandle;
    message.receiptHandle = receiptHandle;
    return { id: message.id, body: message.body, receiptHandle, receiveCount: message.receiveCount };
  }

  /** @returns false when the message is deleted, visible again, or received by another worker */
  #hide(handle: ReceiptHandle, seconds: number): boolean {
    const message = this.#holding(handle);
    if (message === undefined || message.visibleFromMs <= this.#clock.nowMs()) return false;
    message.visibleFromMs = this.#clock.nowMs() + seconds * 1000;
    return true;
  }

  #holding(handle: ReceiptHandle): Message | undefined {
    const message = this.#messages.get(handle.slice(0, handle.lastIndexOf("/")));
    return message?.receiptHandle === handle ? message : undefined;
  }

  async #waitForMessage(untilMs: number, signal: AbortSignal | undefined): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const nextMs = Math.min(untilMs, ...[...this.#messages.values()].map((message) => message.visibleFromMs));
    const poll = new AbortController();
    this.#polls.add(poll);
    try {
      const ends = signal === undefined ? poll.signal : AbortSignal.any([poll.signal, signal]);
      await this.#clock.sleep(nextMs - nowMs, ends);
    } catch (error) {
      // Woken by a message or by the signal: the loop of `receive` checks both.
      if (!poll.signal.aborted && signal?.aborted !== true) throw error;
    } finally {
      this.#polls.delete(poll);
    }
  }

  #wakePolls(): void {
    for (const poll of this.#polls) poll.abort();
  }
}

/** Why SQS refuses a message with that body; null: it accepts it. */
export function refusalOf(body: string): Omit<RefusedMessage, "place"> | null {
  if (body === "") return { code: "MissingParameter", detail: "the message is empty" };
  if (Buffer.byteLength(body) > maxBytes)
    return { code: "InvalidParameterValue", detail: `the message must be shorter than ${maxBytes} bytes` };
  if (!allowedText.test(body))
    return { code: "InvalidMessageContents", detail: "the message has characters outside the allowed set" };
  return null;
}

function* inBatches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += batchSize) yield all.slice(start, start + batchSize);
}
