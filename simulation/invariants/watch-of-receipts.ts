/** Checks that a receipt is written only when the account of every machine in it is closed. */
import { readLedgers } from "../../shared/billing/ledger/ledger.ts";
import { receiptRecordSchema } from "../../shared/contract/records/receipt.ts";
import type { Clock, ObjectStore } from "../../shared/ports.ts";
import { readRecord } from "../../shared/records/records.ts";

export class WatchOfReceipts {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #violated: (invariant: string) => void;

  constructor(clock: Clock, violated: (invariant: string) => void) {
    this.#clock = clock;
    this.#startMs = clock.nowMs();
    this.#violated = violated;
  }

  /** A batch's receipt was stored. */
  async written(key: string, store: ObjectStore): Promise<void> {
    const receipt = (await readRecord(store, key, receiptRecordSchema))?.value;
    const ledgers = await readLedgers(store, this.#startMs, this.#clock.nowMs());
    const closed = new Set<string>(
      ledgers
        .flatMap(({ instances }) => Object.entries(instances))
        .filter(([, { closed_at }]) => closed_at !== null)
        .map(([id]) => id),
    );
    for (const { instance_id } of receipt?.instances ?? [])
      if (!closed.has(instance_id))
        this.#violated(`${key} was written although the account of ${instance_id} is open`);
  }
}
