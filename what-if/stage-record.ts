/** What a stage's records tell of some days: what was asked for, what it cost, and what EC2 offered. */
import type { StageConfig } from "../shared/config.ts";
import { billUsd, dayOf } from "../shared/billing/bill.ts";
import { batchIdSchema, type BatchId } from "../shared/contract/ids.ts";
import type { BatchRecord, ResultRecord } from "../shared/contract/records/batch-records.ts";
import {
  decisionRecordSchema,
  ledgerRecordSchema,
  type DecisionRecord,
  type LedgerRecord,
} from "../shared/contract/records/fleet-records.ts";
import { fleetKeys } from "../shared/contract/records/keys.ts";
import { readBatch, readProgress } from "../shared/batch/progress/batch-files.ts";
import { readResults } from "../shared/batch/views/results.ts";
import { inParallel } from "../shared/flow/in-parallel.ts";
import type { ObjectStore } from "../shared/ports.ts";
import { readIfReadable, readRecord } from "../shared/records/records.ts";

const readsAtOnce = 16;
const dayMs = 86_400_000;
/** More than that is played in parts: the simulation keeps all of it in memory. */
export const mostItems = 100_000;

export type Account = LedgerRecord["instances"][string];
export interface RecordedBatch {
  readonly batch: BatchRecord;
  readonly results: readonly ResultRecord[];
}
export interface StageRecord {
  readonly batches: readonly RecordedBatch[];
  readonly accounts: readonly Account[];
  /** In the order of time. */
  readonly decisions: readonly DecisionRecord[];
}

/** @throws RangeError when there are more items than can be played at once */
export async function readStageRecord(
  store: ObjectStore,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<StageRecord> {
  const isIn = (at: string): boolean => Date.parse(at) >= fromMs && Date.parse(at) < toMs;
  const ids = await batchIds(store);
  const all = await inParallel(ids, readsAtOnce, (id) => readBatch(store, id));
  const batches = all
    .filter((batch) => batch !== null)
    .filter(({ submitted_at, total }) => total > 0 && isIn(submitted_at))
    .sort((a, b) => (a.submitted_at < b.submitted_at ? -1 : 1));
  const items = batches.reduce((sum, { total }) => sum + total, 0);
  if (items > mostItems)
    throw new RangeError(
      `the record has ${items} items; at most ${mostItems} are played: choose fewer --days`,
    );
  const [accounts, decisions] = await Promise.all([
    readAccounts(store, fromMs, toMs),
    readDecisions(store, isIn),
  ]);
  return {
    batches: await inParallel(batches, readsAtOnce, async (batch) => ({
      batch,
      results: await readResults(store, await readProgress(store, batch), 0, batch.total),
    })),
    accounts: accounts.filter(({ launched_at }) => isIn(launched_at)),
    decisions: decisions.toSorted((a, b) => (a.at < b.at ? -1 : 1)),
  };
}

export const costOf = ({ accounts }: StageRecord, nowMs: number): number =>
  accounts.reduce((sum, account) => sum + billUsd(account, nowMs), 0);

async function batchIds(store: ObjectStore): Promise<readonly BatchId[]> {
  const ids: BatchId[] = [];
  for await (const key of keysUnder(store, "index/")) {
    const id = batchIdSchema.safeParse(/(batch_\w+)$/.exec(key)?.[1]);
    if (id.success) ids.push(id.data);
  }
  return ids;
}

async function* keysUnder(store: ObjectStore, prefix: string): AsyncGenerator<string> {
  for (let after: string | undefined, more = true; more;) {
    const page = await store.list(prefix, after === undefined ? {} : { after });
    for (const { key } of page.objects) yield key;
    after = page.objects.at(-1)?.key;
    ({ more } = page);
  }
}

async function readAccounts(store: ObjectStore, fromMs: number, toMs: number): Promise<readonly Account[]> {
  const days: string[] = [];
  for (let atMs = fromMs - dayMs; atMs < toMs + dayMs; atMs += dayMs) days.push(dayOf(atMs));
  const ledgers = await inParallel(days, readsAtOnce, (day) =>
    readRecord(store, fleetKeys.ledger(day), ledgerRecordSchema),
  );
  return ledgers.flatMap((ledger) => Object.values(ledger?.value.instances ?? {}));
}

async function readDecisions(
  store: ObjectStore,
  isIn: (at: string) => boolean,
): Promise<readonly DecisionRecord[]> {
  const keys: string[] = [];
  for await (const key of keysUnder(store, fleetKeys.decisionsPrefix)) keys.push(key);
  const read = await inParallel(keys, readsAtOnce, (key) => readIfReadable(store, key, decisionRecordSchema));
  return read.flatMap((record) => record?.value ?? []).filter(({ at }) => isIn(at));
}

/** The stage's first type, where a record names none: it was written when there was one. */
export const typeOf = (
  { instance_type }: { readonly instance_type: string | null },
  { instance_types }: Pick<StageConfig, "instance_types">,
): string => instance_type ?? instance_types[0].type;
