import type { Clock } from "../../../shared/ports.ts";

/** A sleep that others can end early. A wake while nobody sleeps ends the next sleep at once. */
export class Pause {
  readonly #clock: Clock;
  #sleeping: AbortController | null = null;
  #woken = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    this.#woken = true;
    this.#sleeping?.abort();
  }

  async wait(ms: number): Promise<void> {
    if (!this.#woken) {
      this.#sleeping = new AbortController();
      await sleptOut(this.#clock, ms, this.#sleeping.signal);
      this.#sleeping = null;
    }
    this.#woken = false;
  }
}

/** @returns false if the signal ended the sleep early */
export async function sleptOut(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch (error) {
    if (!signal.aborted) throw error;
    return false;
  }
}
