import { QueueError, StoreError } from "../../../shared/ports.ts";

/** Right after a deploy a role may be known to S3 and SQS a little later: a refusal is believed after so long. */
const believedAfterMs = 60_000;

/** Whether a service lets this worker in. */
export class Access {
  #refusedSinceMs: number | null = null;
  /** The service's own words. */
  #words = "";

  /** @param error null: the service did as it was asked */
  heard(error: Error | null, nowMs: number): void {
    const isRefusal = (error instanceof StoreError || error instanceof QueueError) && error.isRefusal;
    // What did not answer has neither refused nor let anybody in.
    if (error !== null && !isRefusal) return;
    this.#refusedSinceMs = error === null ? null : (this.#refusedSinceMs ?? nowMs);
    this.#words = error?.message ?? "";
  }

  get isRefused(): boolean {
    return this.#refusedSinceMs !== null;
  }

  /** What was refused, once that is believed. */
  denied(nowMs: number): string | null {
    const isBelieved = this.#refusedSinceMs !== null && nowMs - this.#refusedSinceMs >= believedAfterMs;
    return isBelieved ? this.#words : null;
  }
}
