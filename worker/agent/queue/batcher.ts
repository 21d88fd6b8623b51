import type { Clock, Log } from "../../../shared/ports.ts";
import { isOutsideFault } from "../flow/faults.ts";
import { sleptOut } from "../flow/pause.ts";
import type { Tasks } from "../flow/tasks.ts";

/** After a send that failed. */
const retryMs = 2_000;

/**
 * Gathers entries, so that one request carries many. What could not be sent is kept and sent with the next:
 * the receiver must bear an entry twice, for a send without an answer may have arrived.
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
    /** For the log, after "could not". */
    readonly what: string;
    /** So many are sent without waiting for more. */
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

  /** @param withinMs how long it may wait for company. */
  add(entry: T, withinMs: number): void {
    this.#entries.push(entry);
    if (this.#entries.length >= this.#maxEntries) void this.#tasks.watch(this.#what, this.flush());
    else this.#schedule(withinMs);
  }

  /** Forget entries that a newer one makes needless. */
  drop(isNeedless: (entry: T) => boolean): void {
    this.#entries = this.#entries.filter((entry) => !isNeedless(entry));
  }

  /** Send all that waits. One send is under way at a time, so entries arrive in the order of adding. */
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
