import type { Clock } from "../ports.ts";

/** The store tells the time to the second. */
const storeTickMs = 1_000;
/** Clocks that agree within this are left as they are, so that time does not jump with every answer. */
const toleratedMs = 2_000;

/**
 * A program's clock, set by what the store's answers say the time is. Everything that is written down goes by one time
 * then, however wrong a machine's own clock is: no two machines' clocks are ever compared.
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

  /** To be taken before the store is asked, for `heard`. It has no meaning but that. */
  mark(): number {
    return this.#own.nowMs();
  }

  /**
   * The store has answered. Its time lies between the question and the answer, so a slow answer proves less.
   * @param storeMs what the answer says the time is
   * @param askedAt the mark that was taken before the question
   */
  heard(storeMs: number, askedAt: number): void {
    const least = storeMs - this.#own.nowMs();
    const most = storeMs + storeTickMs - askedAt;
    if (this.#offsetMs < least - toleratedMs) this.#offsetMs = least;
    if (this.#offsetMs > most + toleratedMs) this.#offsetMs = most;
  }
}
