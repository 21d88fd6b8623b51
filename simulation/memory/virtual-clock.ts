/** A clock that a test moves. */
import type { Clock } from "../../shared/ports.ts";

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** 2026-01-01T00:00:00Z */
const defaultStartMs = 1_767_225_600_000;
/** If nothing sleeps for this many turns of the event loop, unfinished work is taken to be stuck. */
const idleTurns = 2000;

/** Time that moves only when told to, so that a test of hours takes milliseconds and always runs the same way. */
export class VirtualClock implements Clock {
  #nowMs: number;
  /** Sorted by due time. Those due at the same time wake in the order in which they began to sleep. */
  readonly #sleepers: Sleeper[] = [];

  constructor(startMs: number = defaultStartMs) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = (): void => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        reject(signal?.reason as Error);
      };
      const sleeper: Sleeper = {
        // Whole milliseconds, as a real clock gives them, and no timer fires early.
        dueMs: this.#nowMs + Math.ceil(Math.max(0, ms)),
        wake: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const place = this.#sleepers.findLastIndex((other) => other.dueMs <= sleeper.dueMs);
      this.#sleepers.splice(place + 1, 0, sleeper);
    });
  }

  /**
   * Lets this much time pass. It wakes every sleeper that is due, in order, each after the work of the one before is
   * done.
   */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settle();
    while (this.#wakeFirst(untilMs)) await settle();
    this.#nowMs = untilMs;
    await settle();
  }

  /**
   * Lets time pass from sleeper to sleeper until the work is done.
   * @throws Error when the work is not done and nothing sleeps: it would wait for ever
   */
  async runUntil<T>(work: Promise<T>): Promise<T> {
    const finished = work.then(() => true);
    for (let idle = 0; idle <= idleTurns;) {
      if (await Promise.race([finished, settle().then(() => false)])) return work;
      idle = this.#wakeFirst(Infinity) ? 0 : idle + 1;
    }
    throw new Error("the work is not done, and nothing sleeps that could wake it");
  }

  #wakeFirst(untilMs: number): boolean {
    const first = this.#sleepers[0];
    if (first === undefined || first.dueMs > untilMs) return false;
    this.#sleepers.shift();
    this.#nowMs = first.dueMs;
    first.wake();
    return true;
  }
}

/** When this resolves, every promise that needs no time and no device has settled. */
async function settle(): Promise<void> {
  // One turn of the event loop drains all microtasks. A second one runs what was deferred with setImmediate.
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
