/** A clock that follows the store's time. */
import type { Clock } from "../ports.ts";

/** The store gives the time in whole seconds. */
const storeTickMs = 1_000;
/** A clock that differs by no more than this is not corrected, so that time does not jump with every answer. */
const toleratedMs = 2_000;

/**
 * A program's clock, set by the times in the store's answers. So everything that is written down uses one time, however
 * wrong a machine's own clock is. Clocks of two machines are never compared.
 */
export class StoreClock implements Clock {
  readonly #own: Clock;
  #offsetMs = 0;

  constructor(own: Clock) {
    this.#own = own;
  }

  nowMs(): number {
    return this.#own.nowMs() + this.#offsetMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#own.sleep(ms, signal);
  }

  /** The machine's own time, to be read before the store is asked and passed to `heard`. It has no other use. */
  ownNowMs(): number {
    return this.#own.nowMs();
  }

  /**
   * The store has answered. Its time lies between the question and the answer, so a slow answer is less exact.
   * @param storeMs the time in the answer
   * @param askedAt `ownNowMs` before the question
   */
  heard(storeMs: number, askedAt: number): void {
    const least = storeMs - this.#own.nowMs();
    const most = storeMs + storeTickMs - askedAt;
    if (this.#offsetMs < least - toleratedMs) this.#offsetMs = least;
    if (this.#offsetMs > most + toleratedMs) this.#offsetMs = most;
  }
}
