import type { Clock, Log } from "../../../shared/ports.ts";
import { isOutsideFault } from "./faults.ts";
import { sleptOut } from "./pause.ts";

/**
 * Work beside the main loop. A fault of the outside world is logged, and the work goes on. A bug makes `failed`
 * reject and ends the worker: its leases run out, and other workers make its items.
 * `what` completes "could not …" in the log.
 */
export class Tasks {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  readonly #fail: (error: unknown) => void;
  readonly failed: Promise<never>;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    const { promise, reject } = Promise.withResolvers<never>();
    this.failed = promise;
    this.#fail = reject;
    // `run` races against it and sees the rejection. After the end nobody does.
    promise.catch(() => undefined);
  }

  /** Resolves when the work is over, whether it succeeded or not. */
  async watch(what: string, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (isOutsideFault(error)) this.#log.warn(`could not ${what}`, { error });
      else this.#fail(error);
    }
  }

  /** Do the work every `everyMs` until `end`. */
  repeat(what: string, everyMs: number, work: () => Promise<void>): void {
    void this.#repeat(what, everyMs, work).catch(this.#fail);
  }

  /** @returns false if `end` came before the sleep was over */
  sleep(ms: number): Promise<boolean> {
    return sleptOut(this.#clock, ms, this.#ended.signal);
  }

  end(): void {
    this.#ended.abort();
  }

  async #repeat(what: string, everyMs: number, work: () => Promise<void>): Promise<void> {
    while (await this.sleep(everyMs)) {
      try {
        await work();
      } catch (error) {
        if (!isOutsideFault(error)) throw error;
        this.#log.warn(`could not ${what}`, { error });
      }
    }
  }
}
