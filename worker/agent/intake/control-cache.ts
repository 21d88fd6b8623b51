import type { ControlRecord } from "../../../shared/contract/records/batch-records.ts";
import { controlRecordSchema } from "../../../shared/contract/records/batch-records.ts";
import type { BatchId } from "../../../shared/contract/ids.ts";
import { batchKeys } from "../../../shared/contract/records/keys.ts";
import type { Clock, ObjectStore } from "../../../shared/ports.ts";
import { readRecord } from "../../../shared/records/records.ts";

export interface Control {
  readonly cancel: ControlRecord["cancel"];
  /** Canceled one by one, by their index. */
  readonly canceledItems: ReadonlySet<number>;
  /** No more of its items are begun. */
  readonly isHeld: boolean;
}

/** The control records of batches: canceled, held. Read now and then, once for all items of a batch. */
export class ControlCache {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #freshMs: number;
  /** Promises: items of one batch that arrive together share one read. */
  readonly #known = new Map<BatchId, { readonly atMs: number; readonly control: Promise<Control> }>();

  /** @param freshMs how long a record is used before it is read again */
  constructor(store: ObjectStore, clock: Clock, freshMs: number) {
    this.#store = store;
    this.#clock = clock;
    this.#freshMs = freshMs;
  }

  of(batchId: BatchId): Promise<Control> {
    const known = this.#known.get(batchId);
    if (known !== undefined && this.#clock.nowMs() - known.atMs < this.#freshMs) return known.control;
    return this.read(batchId);
  }

  /** As `of`, but always from the store. */
  read(batchId: BatchId): Promise<Control> {
    const atMs = this.#clock.nowMs();
    for (const [id, { atMs: readMs }] of this.#known)
      if (atMs - readMs >= this.#freshMs) this.#known.delete(id);
    const control = this.#fetch(batchId);
    this.#known.set(batchId, { atMs, control });
    return control;
  }

  async #fetch(batchId: BatchId): Promise<Control> {
    try {
      const record = await readRecord(this.#store, batchKeys.control(batchId), controlRecordSchema);
      const value = record?.value;
      return {
        cancel: value?.cancel ?? null,
        canceledItems: new Set(value?.canceled_items),
        isHeld: value !== undefined && value.held !== null,
      };
    } catch (error) {
      this.#known.delete(batchId);
      throw error;
    }
  }
}
