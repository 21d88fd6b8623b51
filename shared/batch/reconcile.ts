/**
 * What makes the queue a hint and progress derivable: once a minute, each open batch is compared with what the
 * store, the queues and EC2 say, and put right. Everything here is safe to repeat and to overlap with itself.
 */
import {
  progressRecordSchema,
  type BatchRecord,
  type ControlRecord,
  type ProgressRecord,
} from "../contract/batch-records.ts";
import type { BatchId } from "../contract/ids.ts";
import { batchKeys, indexKeys, resultIndexOf } from "../contract/keys.ts";
import { updateRecord } from "../records/records.ts";
import { readBatch, readControl, readProgress, readResult } from "./batch-files.ts";
import { closeItems } from "./close-items.ts";
import { finishBatch, foldBatch, type FoldPorts } from "./fold.ts";
import { inParallel } from "./in-parallel.ts";
import { listAll, readMarks, type ActiveMark } from "./open-work.ts";
import { outcomeOf, outcomeSets, queuedIndices } from "./progress.ts";
import type { FleetSight, ReconcilePorts } from "./reconcile-ports.ts";
import { resend } from "./resend.ts";
import { settle } from "./settle.ts";

/** A submit lasts seconds: a mark without a batch for so long belongs to one that died. */
const orphanAfterMs = 15 * 60_000;
/** A result's event is usually folded within seconds. */
const eventGraceMs = 30_000;
/** A machine that has just been launched may not be in EC2's list yet. */
const listGraceMs = 60_000;
const readsAtOnce = 32;

/** @throws AggregateError after all batches were tried, with the error of each that failed. */
export async function reconcile(ports: ReconcilePorts, sight: FleetSight): Promise<void> {
  const errors: unknown[] = [];
  const attempt = async (batchId: BatchId, work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      ports.log.error("a batch could not be reconciled", { batchId, error });
      errors.push(error);
    }
  };
  const { open, unsettled } = await readMarks(ports.store);
  for (const mark of open) await attempt(mark.batchId, reconcileBatch(ports, mark, sight));
  for (const [batchId, marks] of unsettled) await attempt(batchId, settle(ports, batchId, marks));
  if (errors.length > 0)
    throw new AggregateError(errors, `${errors.length} batch(es) could not be reconciled`);
}

async function reconcileBatch(ports: ReconcilePorts, mark: ActiveMark, sight: FleetSight): Promise<void> {
  const batch = await readBatch(ports.store, mark.batchId);
  if (batch === null) {
    if (sight.nowMs - mark.sinceMs > orphanAfterMs) await ports.store.delete(indexKeys.active(mark.batchId));
    return;
  }
  const results = await listResults(ports, batch);
  const folded = await foldMissed(ports, batch, results, sight);
  const seen = await dropDead(ports, folded, sight);
  const control = queuedIndices(seen).length === 0 ? null : await readControl(ports.store, batch.id);
  const progress = (await closeUnwanted(ports, batch, seen, control, sight)) ?? seen;
  if (progress.ended_at === null)
    await resend(ports, batch, { progress, control, committed: new Set(results.keys()) }, sight);
  else await finishBatch(ports.store, progress, progress.ended_at);
}

/** When each result was committed, by index. */
async function listResults({ store }: FoldPorts, batch: BatchRecord): Promise<ReadonlyMap<number, number>> {
  const objects = await listAll(store, batchKeys.results(batch.id));
  return new Map(objects.map(({ key, modifiedMs }) => [resultIndexOf(key), modifiedMs]));
}

/** Fold the results whose events never came. */
async function foldMissed(
  ports: FoldPorts,
  batch: BatchRecord,
  results: ReadonlyMap<number, number>,
  { nowMs }: FleetSight,
): Promise<ProgressRecord> {
  const progress = await readProgress(ports.store, batch);
  const sets = outcomeSets(progress);
  const missed = [...results].flatMap(([index, committedMs]) =>
    outcomeOf(sets, index) === null && nowMs - committedMs >= eventGraceMs ? [index] : [],
  );
  if (missed.length === 0) return progress;
  ports.log.warn("results whose events never came are folded", { batchId: batch.id, items: missed.length });
  const found = await inParallel(missed, readsAtOnce, (index) => readResult(ports.store, batch.id, index));
  const events = found
    .filter((result) => result !== null)
    .map((result) => ({
      type: "finished" as const,
      batch_id: batch.id,
      index: result.index,
      at: result.finished_at,
      result,
    }));
  return (await foldBatch(batch.id, events, ports)) ?? progress;
}

/** What runs on a machine that is gone runs no more: its message will come back by itself. */
async function dropDead(
  ports: FoldPorts,
  progress: ProgressRecord,
  { liveInstances, nowMs }: FleetSight,
): Promise<ProgressRecord> {
  const isDead = ({ instance_id, since }: ProgressRecord["running"][string]): boolean =>
    !liveInstances.has(instance_id) && nowMs - Date.parse(since) >= listGraceMs;
  if (!Object.values(progress.running).some(isDead)) return progress;
  const key = batchKeys.progress(progress.batch_id);
  const kept = await updateRecord(ports, key, progressRecordSchema, (current) =>
    current === null
      ? null
      : {
          ...current,
          running: Object.fromEntries(Object.entries(current.running).filter(([, item]) => !isDead(item))),
        },
  );
  return kept ?? progress;
}

/** A canceled batch's items, and those of one whose time is over, end without a clip unless they run. */
async function closeUnwanted(
  ports: FoldPorts,
  batch: BatchRecord,
  progress: ProgressRecord,
  control: ControlRecord | null,
  { nowMs }: FleetSight,
): Promise<ProgressRecord | null> {
  const queued = queuedIndices(progress);
  if (queued.length === 0) return null;
  if (control !== null && control.cancel !== null)
    return closeItems(ports, batch, queued, () => ({ outcome: "canceled" }));
  if (batch.expires_at !== null && Date.parse(batch.expires_at) <= nowMs)
    return closeItems(ports, batch, queued, () => ({ outcome: "expired" }));
  return null;
}
