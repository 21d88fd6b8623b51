import { systemClock } from "../../shared/system/system-clock.ts";
import type { Ec2Event } from "./events.ts";

/** EventBridge invokes a function again twice when it fails. */
const attempts = 3;

/** Brings events to their target in the order they happened, without keeping EC2 waiting. */
export class EventDelivery {
  readonly #deliver: (event: Ec2Event) => Promise<void>;
  readonly #onLog: (line: string) => void;
  readonly #stopped = new AbortController();
  #last: Promise<void> = Promise.resolve();

  constructor(deliver: (event: Ec2Event) => Promise<void>, onLog: (line: string) => void) {
    this.#deliver = deliver;
    this.#onLog = onLog;
  }

  send(event: Ec2Event): void {
    this.#last = this.#last.then(() => this.#bring(event));
  }

  /** Drops what has not been delivered. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#last;
  }

  async #bring(event: Ec2Event): Promise<void> {
    for (let attempt = 1; attempt <= attempts && !this.#stopped.signal.aborted; attempt += 1) {
      try {
        await this.#deliver(event);
        return;
      } catch (cause) {
        this.#onLog(
          `${event["detail-type"]} was not taken (${attempt} of ${attempts}): ${(cause as Error).message}`,
        );
        if (attempt < attempts) await this.#pause();
      }
    }
  }

  async #pause(): Promise<void> {
    try {
      await systemClock.sleep(1000, this.#stopped.signal);
    } catch (reason) {
      if (!this.#stopped.signal.aborted) throw reason;
    }
  }
}
