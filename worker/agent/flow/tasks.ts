import type { Clock, Log } from "../../../shared/ports.ts";
import { isOutsideFault } from "./faults.ts";
import { sleptOut } from "./pause.ts";

/**
 * Work that goes on beside the main loop. A fault of the outside world is logged and outlived; a bug makes
 * `failed` reject, and with it the whole worker: its leases then lapse, and nothing is lost.
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
    // Whoever races against it sees the rejection; nobody does after the end.
    promise.catch(() => undefined);
  }

  /** Resolves when the work is over, well or not. */
  async watch(what: string, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (isOutsideFault(error)) this.#log.warn(`could not ${what}`, { error });
      else this.#fail(error);
    }
  }

  /** Do it again and again, with a rest between, until `end`. */
  repeat(what: string, everyMs: number, work: () => Promise<void>): void {
    void this.#repeat(what, everyMs, work).catch(this.#fail);
  }

  /** Sleep until then, or until the end, whichever is first. @returns false at the end */
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
