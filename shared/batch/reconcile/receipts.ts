/**
 * Writes the receipts of a batch: what it and each item cost, once nothing can change that. Deletes what lost attempts
 * left. The end of a batch leaves a reminder, and so does the closed account of each machine that served it. The
 * reconciler checks at each reminder whether the receipts can be written. Safe to repeat: the same closed accounts give
 * the same receipts, and a machine that is found late gives new ones.
 */
import type { BatchRecord, ProgressRecord } from "../../contract/records/batch-records.ts";
import { instanceIdSchema, type BatchId, type InstanceId } from "../../contract/ids.ts";
import { batchKeys, chunkOf, indexKeys, itemsPerChunk } from "../../contract/records/keys.ts";
import { itemReceiptSchema, type ItemReceipt, type ReceiptRecord } from "../../contract/records/receipt.ts";
import { amountsView, sumOf, together } from "../../billing/amounts.ts";
import type { LedgerEntry } from "../../billing/ledger/ledger.ts";
import { partsOf, shareOf } from "../../billing/receipts/shares.ts";
import { timeOf } from "../../billing/spending.ts";
import type { ObjectStore } from "../../ports.ts";
import { jsonLines } from "../../records/json-lines.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import { createRecord, type RecordPorts } from "../../records/records.ts";
import { chunksOf, readBatch, readProgress } from "../progress/batch-files.ts";
import type { CostBooks } from "../../billing/receipts/cost-books.ts";
import type { FoldPorts } from "../progress/fold.ts";
import { shareOut, type MachineAmounts } from "../../billing/receipts/item-shares.ts";
import { deleteLeftovers } from "./leftovers.ts";
import type { ReceiptReminder } from "../progress/reminders.ts";
import { keepLastView } from "../views/last-view.ts";
import { readResults } from "../views/results.ts";
import { sum } from "../../billing/measures/sum.ts";

/**
 * @param reminders of the batch; each is deleted once what left it has been handled
 * @param books read after the reminders: if the closing of an account left a reminder, these books show it as closed
 */
export async function writeDueReceipts(
  ports: FoldPorts,
  batchId: BatchId,
  reminders: readonly ReceiptReminder[],
  books: CostBooks,
): Promise<void> {
  const batch = await readBatch(ports.store, batchId);
  if (batch !== null && batch.deleted_at !== null && (await ports.store.exists(batchKeys.receipt(batchId)))) {
    await eraseAgain(ports.store, batchId, reminders);
    return;
  }
  const progress = batch === null ? null : await readProgress(ports.store, batch);
  const machines =
    batch === null || progress === null
      ? []
      : await machinesOf(books, batch, { ended_at: servedUntil(progress, reminders) }, ports.clock.nowMs());
  const isEnded = progress?.ended_at != null;
  const areClosed = machines.every(({ entry }) => entry.closed_at !== null);
  if (batch !== null && progress !== null && isEnded) {
    if (areClosed) {
      const receipt = await writeReceipts(ports, batch, progress, machines);
      await keepLastView(ports.store, batch, progress, receipt);
    }
    // At the end of the batch, and once more when no machine can add to it.
    if (areClosed || reminders.includes("end")) await deleteLeftovers(ports, progress);
  }
  const open = new Set(machines.filter(({ entry }) => entry.closed_at === null).map(({ id }) => id));
  for (const reminder of reminders)
    if (reminder === "end" ? isEnded || batch === null : !open.has(reminder))
      await ports.store.delete(indexKeys.receiptDue(batchId, reminder));
}

/** New receipts would need the results, which are gone. But a late machine may have left audio again. */
async function eraseAgain(
  store: ObjectStore,
  batchId: BatchId,
  reminders: readonly ReceiptReminder[],
): Promise<void> {
  await createRecord(store, indexKeys.deleted(batchId), {});
  for (const reminder of reminders) await store.delete(indexKeys.receiptDue(batchId, reminder));
}

/**
 * A message that outlived its batch may be worked on by a machine of any later day. That machine's account leaves a
 * reminder too.
 */
const servedUntil = ({ ended_at }: ProgressRecord, reminders: readonly ReceiptReminder[]): string | null =>
  reminders.every((reminder) => reminder === "end") ? ended_at : null;

/** A chunk's results take about 1 MB while they are parsed. */
const chunksAtOnce = 4;

interface ServingMachine {
  readonly id: InstanceId;
  readonly entry: LedgerEntry;
}

/** Every machine that made anything for the batch. */
async function machinesOf(
  books: CostBooks,
  batch: BatchRecord,
  served: Pick<ProgressRecord, "ended_at">,
  nowMs: number,
): Promise<readonly ServingMachine[]> {
  return (await books.ledgersOf(batch, served, nowMs))
    .flatMap(({ instances }) => Object.entries(instances))
    .filter(([, entry]) => shareOf(entry, batch.id) > 0)
    .map(([id, entry]) => ({ id: instanceIdSchema.parse(id), entry }));
}

/** The batch's own receipt is written last: if it exists, all of them exist. */
async function writeReceipts(
  { store, clock }: RecordPorts,
  batch: BatchRecord,
  progress: ProgressRecord,
  serving: readonly ServingMachine[],
): Promise<ReceiptRecord> {
  const nowMs = clock.nowMs();
  const machines = serving.map(({ id, entry }) => ({
    instanceId: id,
    instanceType: entry.instance_type,
    amounts: sumOf(partsOf(entry, nowMs).filter(({ batchId }) => batchId === batch.id)),
    ...timeOf(batch.id, entry, nowMs),
  }));
  await writeItemReceipts(store, batch, progress, machines);
  const receipt: ReceiptRecord = {
    v: 1,
    at: new Date(nowMs).toISOString(),
    instance_seconds: toMillis(sum(machines.map(({ seconds }) => seconds))),
    billed_seconds: toMillis(sum(machines.map(({ billedSeconds }) => billedSeconds))),
    ...amountsView(together(machines.map(({ amounts }) => amounts))),
    instances: machines.map((machine) => ({
      instance_id: machine.instanceId,
      instance_type: machine.instanceType,
      instance_seconds: toMillis(machine.seconds),
      billed_seconds: toMillis(machine.billedSeconds),
      ...amountsView(machine.amounts),
    })),
  };
  await store.put(batchKeys.receipt(batch.id), JSON.stringify(receipt));
  return receipt;
}

async function writeItemReceipts(
  store: ObjectStore,
  batch: BatchRecord,
  progress: ProgressRecord,
  machines: readonly MachineAmounts[],
): Promise<void> {
  const chunks = chunksOf(batch.total);
  const items = await inParallel(chunks, chunksAtOnce, async (chunk) => {
    const from = chunk * itemsPerChunk;
    const results = await readResults(store, progress, from, from + itemsPerChunk);
    return results.map(({ index, spent }) => ({ index, spent }));
  });
  const shares = Map.groupBy(shareOut(items.flat(), machines), ([index]) => chunkOf(index));
  await inParallel(chunks, chunksAtOnce, async (chunk) => {
    const own = shares.get(chunk) ?? [];
    const lines = own.map(([index, amounts]): ItemReceipt => ({ index, ...amountsView(amounts) }));
    const key = batchKeys.itemReceipts(batch.id, chunk);
    await store.put(key, jsonLines(itemReceiptSchema, key).print(lines));
  });
}

/** What the items of a chunk cost, by index; empty before the batch's receipt is written. */
export async function readItemReceipts(
  store: ObjectStore,
  batchId: BatchId,
  chunk: number,
): Promise<ReadonlyMap<number, ItemReceipt>> {
  const key = batchKeys.itemReceipts(batchId, chunk);
  const object = await store.get(key);
  const lines = object === null ? [] : jsonLines(itemReceiptSchema, key).parse(object.body);
  return new Map(lines.map((line) => [line.index, line]));
}

const toMillis = (seconds: number): number => Math.round(seconds * 1000) / 1000;
