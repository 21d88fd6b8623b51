import type { Clock, JobQueue, Log, ReceiptHandle } from "../../../shared/ports.ts";
import { isOutsideFault } from "../flow/faults.ts";

interface BookedLease {
  readonly queue: JobQueue;
  readonly handle: ReceiptHandle;
  /** Called once, when another worker may have the item. */
  readonly lost: () => void;
  /** When it was taken or last extended. */
  sinceMs: number;
}

/**
 * The leases that this worker holds. Each is extended after a third of its visibility timeout, so that it survives
 * a request or two that fail. A sweep looks for those that are due, twice as often.
 */
export class LeaseBook {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #visibilitySeconds: number;
  readonly #leases = new Map<ReceiptHandle, BookedLease>();

  constructor(clock: Clock, log: Log, visibilitySeconds: number) {
    this.#clock = clock;
    this.#log = log;
    this.#visibilitySeconds = visibilitySeconds;
  }

  get sweepMs(): number {
    return (this.#visibilitySeconds * 1000) / 6;
  }

  hold(queue: JobQueue, handle: ReceiptHandle, lost: () => void): void {
    this.#leases.set(handle, { queue, handle: handle, lost, sinceMs: this.#clock.nowMs() });
  }

  drop(handle: ReceiptHandle): void {
    this.#leases.delete(handle);
  }

  /** Extend the leases that are due, ten in a request. */
  async sweep(): Promise<void> {
    const dueMs = this.#clock.nowMs() - (this.#visibilitySeconds * 1000) / 3;
    const due = [...this.#leases.values()].filter((lease) => lease.sinceMs <= dueMs);
    const byQueue = Map.groupBy(due, (lease) => lease.queue);
    for (const [queue, leases] of byQueue) await this.#extend(queue, leases);
  }

  async #extend(queue: JobQueue, leases: readonly BookedLease[]): Promise<void> {
    const askedMs = this.#clock.nowMs();
    const handles = leases.map((lease) => lease.handle);
    let lost: readonly ReceiptHandle[];
    try {
      lost = await queue.extend(handles, this.#visibilitySeconds);
    } catch (error) {
      if (!isOutsideFault(error)) throw error;
      // They stay due; the next sweep and the one after it are still in time.
      this.#log.warn("could not extend leases; trying again at the next sweep", {
        leases: leases.length,
        error,
      });
      return;
    }
    for (const lease of leases) {
      lease.sinceMs = askedMs;
      if (!lost.includes(lease.handle) || !this.#leases.delete(lease.handle)) continue;
      lease.lost();
    }
  }
}
