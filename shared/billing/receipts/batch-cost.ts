/** What a batch costs. Until its receipt is written, this is its share of what its machines have cost so far. */
import type { BatchRecord, ProgressRecord } from "../../contract/records/batch-records.ts";
import { instanceIdSchema } from "../../contract/ids.ts";
import { batchKeys } from "../../contract/records/keys.ts";
import { receiptRecordSchema, type ReceiptRecord } from "../../contract/records/receipt.ts";
import { runningAtMost } from "../bill.ts";
import type { LedgerEntry } from "../ledger/ledger.ts";
import { microsIn } from "../money.ts";
import { servedBy, spentOn, type MachineTime } from "../spending.ts";
import { shareOf } from "./shares.ts";
import type { ObjectStore } from "../../ports.ts";
import { readRecord } from "../../records/records.ts";
import { CostBooks } from "./cost-books.ts";

export interface BatchCost {
  readonly micros: number;
  /** One for each machine that served it. */
  readonly machines: readonly MachineTime[];
  /** Null while a machine that served the batch may still cost something. */
  readonly receipt: ReceiptRecord | null;
}
export const noCost: BatchCost = { micros: 0, machines: [], receipt: null };

export const readReceipt = async (
  store: ObjectStore,
  batch: BatchRecord,
  progress: ProgressRecord,
): Promise<ReceiptRecord | null> =>
  progress.ended_at === null
    ? null
    : ((await readRecord(store, batchKeys.receipt(batch.id), receiptRecordSchema))?.value ?? null);

/** What a batch has cost up to now. @param books shared by all batches that are read together */
export async function readCost(
  store: ObjectStore,
  { batch, progress }: { readonly batch: BatchRecord; readonly progress: ProgressRecord },
  nowMs: number,
  books = new CostBooks(store),
): Promise<BatchCost> {
  const receipt = await readReceipt(store, batch, progress);
  if (receipt !== null) return finalCost(receipt);
  if (progress.instances.length === 0) return noCost;
  const machines = await machinesOf(books, batch, progress, nowMs);
  return { ...spentOn(batch.id, machines, nowMs), receipt: null };
}

export const finalCost = (receipt: ReceiptRecord): BatchCost => ({
  micros: microsIn(receipt.usd),
  machines: receipt.instances.map(timeIn),
  receipt,
});

const timeIn = (machine: ReceiptRecord["instances"][number]): MachineTime => ({
  seconds: machine.instance_seconds,
  billedSeconds: machine.billed_seconds,
});

/**
 * What an open batch has cost up to now, at most, for its budget. Each machine that runs is asked what it has made: the
 * events of its first clips may be late or lost, and then progress does not name it.
 * @returns micro-dollars
 */
export async function readSpent(
  { batch, progress }: { readonly batch: BatchRecord; readonly progress: ProgressRecord },
  nowMs: number,
  books: CostBooks,
): Promise<number> {
  const machines = await machinesOf(books, batch, progress, nowMs, ({ ended_at }) => ended_at === null);
  const atMost = machines.map((entry) => ({ ...entry, running_at: runningAtMost(entry) }));
  return spentOn(batch.id, atMost, nowMs).micros;
}

/**
 * The machines that served the batch. A running machine's heartbeat is newer than the ledger.
 * @param mayServe others that may have served it, as their heartbeats say
 */
async function machinesOf(
  books: CostBooks,
  batch: BatchRecord,
  progress: ProgressRecord,
  nowMs: number,
  mayServe: (entry: LedgerEntry) => boolean = () => false,
): Promise<readonly LedgerEntry[]> {
  const entries = (await books.ledgersOf(batch, progress, nowMs))
    .flatMap(({ instances }) => Object.entries(instances))
    .filter(
      ([id, entry]) =>
        shareOf(entry, batch.id) > 0 || mayServe(entry) || progress.instances.some((own) => own === id),
    );
  return Promise.all(
    entries.map(async ([id, entry]) =>
      entry.ended_at === null ? servedBy(entry, await books.worker(instanceIdSchema.parse(id))) : entry,
    ),
  );
}
