/** What must be true of the money at the end: the ledger equals EC2's bill, and the receipts sum to the ledger. */
import { readItemReceipts } from "../../shared/batch/reconcile/receipts.ts";
import { chunksOf } from "../../shared/batch/progress/batch-files.ts";
import type { InstanceId } from "../../shared/contract/ids.ts";
import type { BatchRecord } from "../../shared/contract/records/batch-records.ts";
import { batchKeys } from "../../shared/contract/records/keys.ts";
import { receiptRecordSchema, type AmountsView } from "../../shared/contract/records/receipt.ts";
import { billMicros, billUsd } from "../../shared/billing/bill.ts";
import { readLedgers, type LedgerEntry } from "../../shared/billing/ledger/ledger.ts";
import { microsIn } from "../../shared/billing/money.ts";
import { partsOf } from "../../shared/billing/receipts/shares.ts";
import type { MemoryStore } from "../memory/memory-store.ts";
import type { Clock } from "../../shared/ports.ts";
import { readRecord } from "../../shared/records/records.ts";
import { trueCost } from "./bill.ts";
import type { MachineRecord } from "../played/machine-host.ts";
import type { Standing } from "../played/people.ts";
import type { Scenario } from "../scenario.ts";
import { sum } from "../../shared/billing/measures/sum.ts";

/** EC2 gives the times of its events in whole seconds, and prices are read once a minute. */
const toleratedUsd = 0.0002;

export async function judgeMoney(
  store: MemoryStore,
  standings: readonly Standing[],
  machines: readonly MachineRecord[],
  scenario: Scenario,
  untold: ReadonlySet<InstanceId>,
  clock: Clock,
): Promise<readonly string[]> {
  const nowMs = clock.nowMs();
  const firstMs = Math.min(nowMs, ...machines.map(({ instance }) => instance.launchedMs));
  const ledgers = await readLedgers(store, firstMs, nowMs);
  const entries = new Map(ledgers.flatMap(({ instances }) => Object.entries(instances)));
  const batches = standings.flatMap(({ batch }) => (batch === null ? [] : [batch]));
  return [
    ...machines.flatMap((machine) => wrongWithMachine(machine, entries, scenario, untold, nowMs)),
    ...(await judgeReceipts(store, batches, [...entries.values()], nowMs)),
  ];
}

function wrongWithMachine(
  machine: MachineRecord,
  entries: ReadonlyMap<string, LedgerEntry>,
  { settings }: Scenario,
  untold: ReadonlySet<InstanceId>,
  nowMs: number,
): readonly string[] {
  const { instanceId } = machine.instance;
  const entry = entries.get(instanceId);
  if (entry === undefined) return [`${instanceId} is in no ledger`];
  if (entry.closed_at === null) return [`the account of ${instanceId} is not closed`];
  // When an event is lost, nobody knows to the second when a machine began or ended.
  const isExact = !untold.has(instanceId);
  const difference = Math.abs(billUsd(entry, nowMs) - trueCost(machine, settings, nowMs));
  return isExact && difference > toleratedUsd
    ? [`the ledger of ${instanceId} is ${difference.toFixed(6)} USD off its bill`]
    : [];
}

/** Whatever was interrupted, repeated or lost: no micro-dollar of the bill is in no receipt, and none is in two. */
async function judgeReceipts(
  store: MemoryStore,
  batches: readonly BatchRecord[],
  entries: readonly LedgerEntry[],
  nowMs: number,
): Promise<readonly string[]> {
  const broken: string[] = [];
  const unassigned = entries
    .flatMap((entry) => partsOf(entry, nowMs))
    .filter(({ batchId }) => batchId === null);
  let receipted = sum(unassigned.map(({ micros }) => micros));
  for (const batch of batches) {
    const receipt = (await readRecord(store, batchKeys.receipt(batch.id), receiptRecordSchema))?.value;
    if (receipt === undefined) return [...broken, `${batch.id} has no receipt`];
    receipted += microsIn(receipt.usd);
    const items = await itemReceipts(store, batch);
    if (items.length !== batch.total)
      broken.push(`${items.length} of ${batch.total} items of ${batch.id} have a receipt`);
    for (const [what, parts] of [["items", items] as const, ["machines", receipt.instances] as const])
      for (const line of amountNames)
        if (sum(parts.map((part) => microsIn(part[line]))) !== microsIn(receipt[line]))
          broken.push(`the ${what} of ${batch.id} do not sum to its ${line}`);
  }
  const billed = sum(entries.map((entry) => billMicros(entry, nowMs)));
  if (receipted !== billed) broken.push(`receipts of ${receipted} for a bill of ${billed} micro-dollars`);
  return broken;
}

const amountNames = [
  "usd",
  "work_usd",
  "boot_usd",
  "load_usd",
  "idle_usd",
  "interrupted_usd",
  "volume_usd",
  "address_usd",
] as const satisfies readonly (keyof AmountsView)[];

async function itemReceipts(store: MemoryStore, batch: BatchRecord): Promise<readonly AmountsView[]> {
  const chunks = await Promise.all(
    chunksOf(batch.total).map((chunk) => readItemReceipts(store, batch.id, chunk)),
  );
  return chunks.flatMap((receipts) => [...receipts.values()]);
}
