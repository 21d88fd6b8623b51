/** The reaper's bookkeeping: it writes what it saw of each machine, and closes accounts. */
import type { StageConfig } from "../../config.ts";
import type { LedgerRecord, ReapReason } from "../../contract/records/fleet-records.ts";
import { decisionRecordSchema } from "../../contract/records/fleet-records.ts";
import { batchIdSchema, instanceIdSchema, type InstanceId } from "../../contract/ids.ts";
import { fleetKeys, indexKeys } from "../../contract/records/keys.ts";
import { poolKey } from "../../contract/pool-key.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import { FleetError, type FleetInstance, type ObjectStore, type PriceChange } from "../../ports.ts";
import { createRecord, readRecord } from "../../records/records.ts";
import type { ReaperPorts } from "../machines/fleet-ports.ts";
import type { LedgerEntry } from "../../billing/ledger/ledger.ts";
import { entryOf, ledgerDayOf } from "../../billing/ledger/ledger.ts";
import { isBeating } from "../machines/machine.ts";
import {
  closeEntries,
  pricesNeeded,
  readyToClose,
  waitedForPrices,
  type Due,
} from "../../billing/ledger/closing.ts";
import { recordObserved, type ObservedEntry } from "../../billing/ledger/observed.ts";
import type { ReapObservation } from "./observe.ts";
import { exists } from "../../billing/charges.ts";

const remindersAtOnce = 32;

/**
 * @param ended the machines that this tick ended, and why
 * @returns the ledgers as they are afterwards
 */
export async function keepLedgers(
  seen: ReapObservation,
  ended: ReadonlyMap<InstanceId, ReapReason>,
  ports: ReaperPorts,
  settings: StageConfig,
): Promise<readonly LedgerRecord[]> {
  const observed = await observedEntries(seen, ended, ports.store, settings);
  return Promise.all(
    seen.ledgers.map(async (ledger) => {
      const own = observed.filter(({ instance }) => ledgerDayOf(instance) === ledger.day);
      const isOpen = Object.values(ledger.instances).some(({ closed_at }) => closed_at === null);
      if (own.length === 0 && !isOpen) return ledger;
      const after = await recordObserved(ports, ledger.day, own, settings);
      return close(ledger, after, ports, settings);
    }),
  );
}

/** Deletes the heartbeats and drain orders of ended machines. The ledgers and the measures hold what they said. */
export async function forgetEnded(
  { machines }: ReapObservation,
  ledgers: readonly LedgerRecord[],
  store: ObjectStore,
): Promise<void> {
  for (const { instance, isListed, worker, drain } of machines) {
    const there = isListed ? exists(instance) : entryOf(ledgers, instance.instanceId)?.ended_at === null;
    if (there) continue;
    if (worker !== null) await store.delete(fleetKeys.worker(instance.instanceId));
    if (drain !== null) await store.delete(fleetKeys.drain(instance.instanceId));
  }
}

async function observedEntries(
  { machines, latched, nowMs }: ReapObservation,
  ended: ReadonlyMap<InstanceId, ReapReason>,
  store: ObjectStore,
  settings: StageConfig,
): Promise<readonly ObservedEntry[]> {
  const prices = machines.length > 0 ? await readPrices(store, settings) : new Map<string, Price>();
  return machines.map((machine): ObservedEntry => {
    const { instance } = machine;
    const isSeen = machine.isListed || (exists(instance) && isBeating(machine, nowMs, settings));
    const ownReason = exists(instance) ? null : endReasonOf(machine, latched);
    const endReason = ended.get(instance.instanceId) ?? ownReason;
    return {
      ...machine,
      isSeen,
      endReason,
      endedByUs: ended.has(instance.instanceId),
      price: priceIn(prices, instance, settings),
    };
  });
}

/** A machine that left by itself before a stop was not ended by the stop, even if the reaper sees both in one tick. */
function endReasonOf(
  { instance, worker }: ReapObservation["machines"][number],
  latched: boolean,
): string | null {
  const ownWord = worker?.reason ?? null;
  const mayBeStopped = instance.endedBy === "api" || (instance.endedBy === null && ownWord === null);
  return latched && mayBeStopped ? "stopped" : ownWord;
}

type Price = LedgerEntry["prices"][number];

/** The prices that the launcher read last. Its snapshot holds them. */
async function readPrices(store: ObjectStore, settings: StageConfig): Promise<ReadonlyMap<string, Price>> {
  const snapshot = (await readRecord(store, fleetKeys.snapshot, decisionRecordSchema))?.value;
  return new Map(
    snapshot?.prices.map(({ instance_type, zone, price_usd_per_hour, since }) => [
      poolKey({ instanceType: instance_type ?? settings.instance_types[0].type, zone }),
      { since, usd_per_hour: Number(price_usd_per_hour) },
    ]),
  );
}

const priceIn = (
  prices: ReadonlyMap<string, Price>,
  { instanceType, zone }: FleetInstance,
  { instance_types: [first] }: StageConfig,
): Price | null => prices.get(poolKey({ instanceType: instanceType ?? first.type, zone })) ?? null;

/**
 * Closes the accounts that can no longer change. Before that it leaves a reminder for each batch that these machines
 * served. Whoever writes the receipts of those batches removes the reminder once the account is closed.
 */
async function close(
  before: LedgerRecord,
  after: LedgerRecord,
  ports: ReaperPorts,
  settings: StageConfig,
): Promise<LedgerRecord> {
  const nowMs = ports.clock.nowMs();
  const ready = readyToClose(before, after, nowMs);
  const changes = await pricesOf(ready, ports, settings);
  const due = changes === null ? waitedForPrices(ready, nowMs) : ready;
  if (due.length === 0) return after;
  const reminders = due.flatMap(([id, entry]) =>
    Object.keys(entry.gpu_seconds_by_batch).map((batchId) =>
      indexKeys.receiptDue(batchIdSchema.parse(batchId), instanceIdSchema.parse(id)),
    ),
  );
  await inParallel(reminders, remindersAtOnce, (key) => createRecord(ports.store, key, {}));
  return closeEntries(ports, after.day, new Set(due.map(([id]) => id)), changes ?? []);
}

/** What EC2 tells of the prices since the first of these machines was launched; null: it does not answer. */
async function pricesOf(
  ready: Due,
  { spotPrices, log }: ReaperPorts,
  settings: StageConfig,
): Promise<readonly PriceChange[] | null> {
  const needed = pricesNeeded(ready, settings.instance_types[0].type);
  if (needed === null) return [];
  try {
    return await spotPrices.history(needed.instanceTypes, needed.sinceMs);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    log.warn("could not read the prices of machines that have ended; their accounts stay open for now", {
      error,
    });
    return null;
  }
}
