import { QueueError, StoreError } from "../../../shared/ports.ts";

/** Right after a deploy S3 and SQS may not know a new role yet. A refusal counts when it has lasted so long. */
const believedAfterMs = 60_000;

/** Whether a service denies this worker access. */
export class Access {
  #refusedSinceMs: number | null = null;
  /** What the service said. */
  #words = "";

  /** @param error null: the request succeeded */
  heard(error: Error | null, nowMs: number): void {
    const isRefusal = (error instanceof StoreError || error instanceof QueueError) && error.isRefusal;
    // No answer is neither a refusal nor a success.
    if (error !== null && !isRefusal) return;
    this.#refusedSinceMs = error === null ? null : (this.#refusedSinceMs ?? nowMs);
    this.#words = error?.message ?? "";
  }

  get isRefused(): boolean {
    return this.#refusedSinceMs !== null;
  }

  /** What the service said, once the refusal counts. */
  denied(nowMs: number): string | null {
    const isBelieved = this.#refusedSinceMs !== null && nowMs - this.#refusedSinceMs >= believedAfterMs;
    return isBelieved ? this.#words : null;
  }
}
