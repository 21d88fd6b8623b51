/** Delivers EC2's events. */
import type { Clock } from "../../../shared/ports.ts";
import type { Ec2Event } from "./events.ts";

/** EventBridge retries a failed invocation twice. */
const attempts = 3;

/** Delivers events to their target in the order in which they happened, without making EC2 wait. */
export class EventDelivery {
  readonly #deliver: (event: Ec2Event) => Promise<void>;
  readonly #onLog: (line: string) => void;
  readonly #clock: Clock;
  readonly #stopped = new AbortController();
  #last: Promise<void> = Promise.resolve();

  constructor(deliver: (event: Ec2Event) => Promise<void>, onLog: (line: string) => void, clock: Clock) {
    this.#deliver = deliver;
    this.#onLog = onLog;
    this.#clock = clock;
  }

  send(event: Ec2Event): void {
    this.#last = this.#last.then(() => this.#bring(event));
  }

  /** Drops events that are not delivered yet. */
  stop(): void {
    this.#stopped.abort();
  }

  async #bring(event: Ec2Event): Promise<void> {
    for (let attempt = 1; attempt <= attempts && !this.#isStopped(); attempt += 1) {
      try {
        await this.#deliver(event);
        return;
      } catch (cause) {
        if (this.#isStopped()) return;
        this.#onLog(
          `${event["detail-type"]} was not taken (${attempt} of ${attempts}): ${(cause as Error).message}`,
        );
        if (attempt < attempts) await this.#pause();
      }
    }
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  async #pause(): Promise<void> {
    try {
      await this.#clock.sleep(1000, this.#stopped.signal);
    } catch (reason) {
      if (!this.#isStopped()) throw reason;
    }
  }
}
