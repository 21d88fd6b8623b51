/**
 * The reconciler: once a minute it compares each open batch with the store, the queues and EC2, and repairs what
 * differs. Because of it, a lost message or event does no lasting harm, and progress can be derived again. Everything
 * here is safe to repeat and to run twice at once.
 */
import { progressRecordSchema, type ProgressRecord } from "../../contract/records/batch-records.ts";
import type { BatchId } from "../../contract/ids.ts";
import { batchKeys, indexKeys } from "../../contract/records/keys.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import { walk } from "../../flow/walk.ts";
import { updateRecord } from "../../records/records.ts";
import {
  readBatch,
  readControl,
  readProgress,
  readResult,
  type BatchState,
} from "../progress/batch-files.ts";
import { closeItems } from "../progress/close-items.ts";
import { CostBooks } from "../../billing/receipts/cost-books.ts";
import { finishBatch, foldBatch, type FoldPorts } from "../progress/fold.ts";
import { readReminders, type OpenBatch } from "../progress/reminders.ts";
import { holdIfSpent } from "./hold-spent.ts";
import { listMissing } from "./missing-results.ts";
import { queuedIndices } from "../progress/progress.ts";
import { endOfUnbegun } from "../orders/unwanted.ts";
import type { FleetObservation } from "./fleet-observation.ts";
import { eraseBatch } from "./erase.ts";
import { endRetention, readRetained } from "./retention.ts";
import { resend } from "./resend.ts";
import { writeDueReceipts } from "./receipts.ts";
import { resumeExpansion, type ReconcilePorts } from "./resume-expansion.ts";

/** A submit takes seconds. A reminder that has no batch after this time was left by a submit that failed. */
const abandonedAfterMs = 15 * 60_000;
/** A result's event is usually folded within seconds. */
const eventGraceMs = 30_000;
/** At most this many in one run. After a loss of progress, each tick adds as many. */
const foldedAtOnce = 2000;
/** A machine that was just launched may not be in EC2's list yet. */
const listGraceMs = 60_000;
const readsAtOnce = 32;
/**
 * Items of all canceled and expired batches that one run ends, each with a write: it bounds what requests that queue and
 * cancel items again and again cost (tests/unit/serverless/api-cost.test.ts).
 */
export const closedInARun = 4000;

/** How many items a run may still end. */
class Closings {
  #left = closedInARun;

  /** @returns how many of these may end now */
  take(wanted: number): number {
    const taken = Math.min(this.#left, wanted);
    this.#left -= taken;
    return taken;
  }
}

/**
 * @param untilMs no batch is begun after this time; the batches left over are among the first within some minutes
 * @throws AggregateError after all batches were tried, with the error of each that failed
 */
export async function reconcile(
  ports: ReconcilePorts,
  observed: FleetObservation,
  untilMs: number,
): Promise<void> {
  const errors: unknown[] = [];
  const left = await walk(
    ports.clock,
    await visitsOf(ports, observed),
    untilMs,
    async ({ batchId, visit }) => {
      try {
        await visit();
      } catch (error) {
        ports.log.error("could not reconcile a batch; the next tick tries again", { batchId, error });
        errors.push(error);
      }
    },
  );
  if (left > 0) ports.log.warn("no time left for some batches; the next ticks begin with others", { left });
  if (errors.length > 0)
    throw new AggregateError(errors, `batches could not be reconciled: ${errors.length}`);
}

interface Visit {
  readonly batchId: BatchId;
  readonly visit: () => Promise<void>;
}

async function visitsOf(ports: ReconcilePorts, observed: FleetObservation): Promise<readonly Visit[]> {
  const { open, receiptsDue, deleted } = await readReminders(ports.store);
  const retained = await readRetained(ports, observed.nowMs);
  const books = new CostBooks(ports.store);
  const closings = new Closings();
  return [
    ...open.map((reminder) => ({
      batchId: reminder.batchId,
      visit: () => reconcileBatch(ports, reminder, observed, { books, closings }),
    })),
    ...[...receiptsDue].map(([batchId, reminders]) => ({
      batchId,
      visit: () => writeDueReceipts(ports, batchId, reminders, books),
    })),
    ...deleted.map((batchId) => ({ batchId, visit: () => eraseBatch(ports, batchId) })),
    ...retained.map((reminder) => ({
      batchId: reminder.batchId,
      visit: () => endRetention(ports, reminder),
    })),
  ];
}

async function reconcileBatch(
  ports: ReconcilePorts,
  open: OpenBatch,
  observed: FleetObservation,
  { books, closings }: { readonly books: CostBooks; readonly closings: Closings },
): Promise<void> {
  const batch = await readBatch(ports.store, open.batchId);
  if (batch === null) {
    if (observed.nowMs - open.sinceMs > abandonedAfterMs)
      await ports.store.delete(indexKeys.active(open.batchId));
    return;
  }
  const known = await readProgress(ports.store, batch);
  const results = await listMissing(ports.store, known);
  const folded = await foldMissed(ports, known, results, observed);
  const seen = await dropDead(ports, folded, observed);
  const before = queuedIndices(seen).length === 0 ? null : await readControl(ports.store, batch.id);
  const found = { batch, progress: seen, control: before };
  const progress = (await closeUnwanted(ports, found, observed, closings)) ?? seen;
  if (progress.ended_at !== null) {
    await finishBatch(ports, progress, progress.ended_at);
    return;
  }
  const mayBegin = queuedIndices(progress).length > 0;
  const state = { batch, progress, control: before };
  const control = mayBegin ? await holdIfSpent(ports, state, observed.nowMs, books) : before;
  const isWanted = endOfUnbegun(found, observed.nowMs) === null;
  if (!(await resumeExpansion(ports, batch, { progress, control })) && isWanted)
    await resend(ports, batch, { progress, control, committed: new Set(results.keys()) }, observed);
}

/** Folds results whose events never came. */
async function foldMissed(
  ports: FoldPorts,
  progress: ProgressRecord,
  results: ReadonlyMap<number, number>,
  { nowMs }: FleetObservation,
): Promise<ProgressRecord> {
  const { batch_id: batchId } = progress;
  const missed = [...results].flatMap(([index, committedMs]) =>
    nowMs - committedMs >= eventGraceMs ? [index] : [],
  );
  if (missed.length === 0) return progress;
  ports.log.warn("folding results whose events never came", { batchId, items: missed.length });
  const some = missed.slice(0, foldedAtOnce);
  const found = await inParallel(some, readsAtOnce, (index) => readResult(ports.store, batchId, index));
  const events = found
    .filter((result) => result !== null)
    .map((result) => ({
      type: "finished" as const,
      batch_id: batchId,
      index: result.index,
      at: result.finished_at,
      result,
    }));
  return (await foldBatch(batchId, events, ports)) ?? progress;
}

/** Items on a machine that is gone do not run any more. Their messages become visible again by themselves. */
async function dropDead(
  ports: FoldPorts,
  progress: ProgressRecord,
  { liveInstances, nowMs }: FleetObservation,
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

/** Items of a canceled or expired batch end without a clip, unless they are running. */
async function closeUnwanted(
  ports: FoldPorts,
  state: BatchState,
  { nowMs }: FleetObservation,
  closings: Closings,
): Promise<ProgressRecord | null> {
  const queued = queuedIndices(state.progress);
  const outcome = endOfUnbegun(state, nowMs);
  const canceled = new Set(state.control?.canceled_items);
  const unwanted = outcome === null ? queued.filter((index) => canceled.has(index)) : queued;
  const most = closings.take(unwanted.length);
  return most === 0
    ? null
    : closeItems(ports, state.batch, unwanted, () => ({ outcome: outcome ?? "canceled" }), most);
}
