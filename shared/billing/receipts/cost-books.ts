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
import { readRecord } from "../../records/records.ts";

/** What the cost of batches follows from: each record is read once, however many batches are asked about. */
export class CostBooks {
  readonly #store: ObjectStore;
  readonly #ledgers = new Map<string, Promise<LedgerRecord>>();
  readonly #workers = new Map<InstanceId, Promise<WorkerRecord | null>>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** The ledgers that a machine of the batch can be in: none began on it after its end. */
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
      const record = await readRecord(this.#store, fleetKeys.worker(id), workerRecordSchema);
      return record?.value ?? null;
    });
  }
}

function once<K, V>(known: Map<K, Promise<V>>, key: K, read: () => Promise<V>): Promise<V> {
  const value = known.get(key) ?? read();
  known.set(key, value);
  return value;
}
