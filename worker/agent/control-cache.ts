import type { ControlRecord } from "../../shared/contract/batch-records.ts";
import { controlRecordSchema } from "../../shared/contract/batch-records.ts";
import type { BatchId } from "../../shared/contract/ids.ts";
import { batchKeys } from "../../shared/contract/keys.ts";
import type { Clock, ObjectStore } from "../../shared/ports.ts";
import { readRecord } from "../../shared/records/records.ts";

export type Cancel = ControlRecord["cancel"];

/** What owners asked of their batches, read once a while for all items of a batch together. */
export class ControlCache {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #freshMs: number;
  /** Promises, so that items of one batch that arrive together share one read. */
  readonly #known = new Map<BatchId, { readonly atMs: number; readonly cancel: Promise<Cancel> }>();

  /** @param freshMs for how long an answer is believed */
  constructor(store: ObjectStore, clock: Clock, freshMs: number) {
    this.#store = store;
    this.#clock = clock;
    this.#freshMs = freshMs;
  }

  cancelOf(batchId: BatchId): Promise<Cancel> {
    const known = this.#known.get(batchId);
    if (known !== undefined && this.#clock.nowMs() - known.atMs < this.#freshMs) return known.cancel;
    return this.read(batchId);
  }

  /** As `cancelOf`, but never from memory. */
  read(batchId: BatchId): Promise<Cancel> {
    const atMs = this.#clock.nowMs();
    for (const [id, { atMs: readMs }] of this.#known)
      if (atMs - readMs >= this.#freshMs) this.#known.delete(id);
    const cancel = this.#fetch(batchId);
    this.#known.set(batchId, { atMs, cancel });
    return cancel;
  }

  async #fetch(batchId: BatchId): Promise<Cancel> {
    try {
      const record = await readRecord(this.#store, batchKeys.control(batchId), controlRecordSchema);
      return record?.value.cancel ?? null;
    } catch (error) {
      this.#known.delete(batchId);
      throw error;
    }
  }
}
