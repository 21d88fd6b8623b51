import type { Clock, Log } from "../../../shared/ports.ts";
import { isOutsideFault } from "../flow/faults.ts";
import { sleptOut } from "../flow/pause.ts";
import type { Tasks } from "../flow/tasks.ts";

/** After a send that failed. */
const retryMs = 2_000;

/**
 * Collects entries and sends many in one request. Entries that could not be sent are sent again with the next. A
 * send without an answer may have arrived, so the receiver must accept an entry twice.
 */
export class Batcher<T> {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #tasks: Tasks;
  readonly #what: string;
  readonly #maxEntries: number;
  readonly #send: (entries: readonly T[]) => Promise<void>;
  #entries: T[] = [];
  #timer: { readonly dueMs: number; readonly ends: AbortController } | null = null;
  #sending: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly clock: Clock;
    readonly log: Log;
    readonly tasks: Tasks;
    /** Completes "could not …" in the log. */
    readonly what: string;
    /** So many are sent at once. */
    readonly maxEntries: number;
    readonly send: (entries: readonly T[]) => Promise<void>;
  }) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#tasks = options.tasks;
    this.#what = options.what;
    this.#maxEntries = options.maxEntries;
    this.#send = options.send;
  }

  /** @param withinMs how long the entry may wait for others */
  add(entry: T, withinMs: number): void {
    this.#entries.push(entry);
    if (this.#entries.length >= this.#maxEntries) void this.#tasks.watch(this.#what, this.flush());
    else this.#schedule(withinMs);
  }

  /** Remove entries that a newer one replaces. */
  drop(isReplaced: (entry: T) => boolean): void {
    this.#entries = this.#entries.filter((entry) => !isReplaced(entry));
  }

  /** Send everything now. Sends do not overlap, so entries arrive in the order in which they were added. */
  flush(): Promise<void> {
    this.#timer?.ends.abort();
    this.#timer = null;
    this.#sending = this.#sending.then(() => this.#sendAll());
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    const entries = this.#entries.splice(0);
    if (entries.length === 0) return;
    try {
      await this.#send(entries);
    } catch (error) {
      if (!isOutsideFault(error)) throw error;
      this.#log.warn(`could not ${this.#what}`, { entries: entries.length, error });
      this.#entries.unshift(...entries);
      this.#schedule(retryMs);
    }
  }

  #schedule(withinMs: number): void {
    const dueMs = this.#clock.nowMs() + withinMs;
    if (this.#timer !== null && this.#timer.dueMs <= dueMs) return;
    this.#timer?.ends.abort();
    const ends = new AbortController();
    this.#timer = { dueMs, ends };
    void this.#tasks.watch(this.#what, this.#flushAfter(withinMs, ends.signal));
  }

  async #flushAfter(ms: number, ends: AbortSignal): Promise<void> {
    if (await sleptOut(this.#clock, ms, ends)) await this.flush();
  }
}
