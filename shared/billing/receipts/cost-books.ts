/** A cache of the records that costs are computed from. */
import type { BatchRecord, ProgressRecord } from "../../contract/records/batch-records.ts";
import {
  workerRecordSchema,
  type LedgerRecord,
  type WorkerRecord,
} from "../../contract/records/fleet-records.ts";
import type { InstanceId } from "../../contract/ids.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import { ledgerDays, readLedger } from "../ledger/ledger.ts";
import type { ObjectStore } from "../../ports.ts";
import { readIfReadable } from "../../records/records.ts";

/** The records that the cost of batches is computed from. Each is read once, however many batches are asked about. */
export class CostBooks {
  readonly #store: ObjectStore;
  readonly #ledgers = new Map<string, Promise<LedgerRecord>>();
  readonly #workers = new Map<InstanceId, Promise<WorkerRecord | null>>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** The ledgers that can hold a machine of the batch: no machine began on it after its end. */
  ledgersOf(
    { submitted_at }: BatchRecord,
    { ended_at }: Pick<ProgressRecord, "ended_at">,
    nowMs: number,
  ): Promise<readonly LedgerRecord[]> {
    const toMs = ended_at === null ? nowMs : Math.min(nowMs, Date.parse(ended_at));
    const days = ledgerDays(Date.parse(submitted_at), toMs);
    return Promise.all(days.map((day) => once(this.#ledgers, day, () => readLedger(this.#store, day))));
  }

  /** The machine's heartbeat; null when there is none. */
  worker(id: InstanceId): Promise<WorkerRecord | null> {
    return once(this.#workers, id, async () => {
      const record = await readIfReadable(this.#store, fleetKeys.worker(id), workerRecordSchema);
      return record?.value ?? null;
    });
  }
}

function once<K, V>(known: Map<K, Promise<V>>, key: K, read: () => Promise<V>): Promise<V> {
  const value = known.get(key) ?? read();
  known.set(key, value);
  return value;
}
