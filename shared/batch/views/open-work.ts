/** What every open batch asks of the fleet, as the launcher reads it. */
import type { BatchId } from "../../contract/ids.ts";
import { walk } from "../../flow/walk.ts";
import type { Clock, Log, ObjectStore } from "../../ports.ts";
import { RecordError } from "../../records/records.ts";
import { readState, type BatchState } from "../progress/batch-files.ts";
import { CostBooks } from "../../billing/receipts/cost-books.ts";
import { readOpenBatches } from "../progress/reminders.ts";
import { readBudget } from "../orders/max-cost.ts";
import { endOfUnbegun } from "../orders/unwanted.ts";
import { countsOf } from "../progress/progress.ts";
import { openAudioSeconds } from "../progress/open-audio.ts";
import type { BatchBudget, OpenWork } from "../../interlock/open-work.ts";

export interface OpenWorkPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** A small part of a launcher's tick: it may observe three times, and EC2's calls take time too. */
const readForMs = 10_000;

/**
 * Every batch with items to be made, in the order of submission. If the store is too slow to read them all, only those
 * that were read: fewer machines are launched than could be, and the next tick begins with other batches.
 */
export async function openWork({ store, clock, log }: OpenWorkPorts): Promise<readonly OpenWork[]> {
  const found: OpenWork[] = [];
  const books = new CostBooks(store);
  const batches = await readOpenBatches(store);
  const left = await walk(clock, batches, clock.nowMs() + readForMs, async ({ batchId }) => {
    try {
      const work = await readWork(store, batchId, clock.nowMs(), books);
      if (work !== null) found.push(work);
    } catch (error) {
      // Written by a newer version, or by hand. It must not keep other batches from getting machines.
      if (!(error instanceof RecordError)) throw error;
      log.error("cannot read an open batch, so it gets no machines; check its records", { batchId, error });
    }
  });
  if (left > 0)
    log.warn("no time left to read some open batches; the next tick begins with others", { left });
  return found.sort((a, b) => (a.batchId < b.batchId ? -1 : 1));
}

async function readWork(
  store: ObjectStore,
  id: BatchId,
  nowMs: number,
  books: CostBooks,
): Promise<OpenWork | null> {
  const state = await readState(store, id);
  if (state === null) return null;
  const { queued, running } = countsOf(state.progress);
  if (queued + running === 0) return null;
  // Its items are no longer wanted. The running ones have a machine; if it is lost, no other one makes them.
  if (endOfUnbegun(state, nowMs) !== null) return null;
  return workOf(state, await readBudget(state, nowMs, books));
}

function workOf({ batch, progress }: BatchState, budget: BatchBudget | null): OpenWork {
  const counts = countsOf(progress);
  return {
    batchId: batch.id,
    model: batch.model,
    speed: batch.speed,
    submittedMs: Date.parse(batch.submitted_at),
    deadlineMs: Date.parse(batch.deadline_at),
    openItems: counts.queued + counts.running,
    openAudioSeconds: openAudioSeconds(batch, progress),
    budget,
  };
}
