import type { BatchRecord, ProgressRecord } from "../contract/batch-records.ts";
import { batchIdSchema, instanceIdSchema, type BatchId } from "../contract/ids.ts";
import { indexKeys } from "../contract/keys.ts";
import type { Speed } from "../contract/parameters.ts";
import type { BatchBudget } from "../fleet/observation.ts";
import type { Clock, ListedObject, ObjectStore } from "../ports.ts";
import { readBatch, readProgress } from "./batch-files.ts";
import { inParallel } from "./in-parallel.ts";
import { readBudget } from "./max-cost.ts";
import { countsOf } from "./progress.ts";
import type { Mark } from "./settle.ts";

/** What one batch still asks of the fleet. */
export interface OpenWork {
  readonly batchId: BatchId;
  readonly model: string;
  readonly speed: Speed;
  readonly submittedMs: number;
  readonly deadlineMs: number;
  /** Without an outcome, running ones included. */
  readonly openItems: number;
  /** Still to be made, what running items have made already taken off. */
  readonly openAudioSeconds: number;
  readonly runningItems: number;
  /** Null: it may cost whatever it costs. */
  readonly budget: BatchBudget | null;
}
/** A mark under `active/`: written before the batch, deleted after its last outcome. */
export interface ActiveMark {
  readonly batchId: BatchId;
  readonly sinceMs: number;
}

const readsAtOnce = 16;

/** Every batch that has open items, in the order of their submission. */
export async function openWork({ store, clock }: OpenWorkPorts): Promise<readonly OpenWork[]> {
  const work = await inParallel((await readMarks(store)).open, readsAtOnce, async ({ batchId }) => {
    const batch = await readBatch(store, batchId);
    if (batch === null) return [];
    const progress = await readProgress(store, batch);
    const counts = countsOf(progress);
    if (counts.queued + counts.running === 0) return [];
    return [workOf(batch, progress, await readBudget(store, batch, progress, clock.nowMs()))];
  });
  return work.flat();
}

export interface OpenWorkPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
}

/** What is listed under `active/`: batches with open items, and batches whose receipt may be due. */
export interface Marks {
  readonly open: readonly ActiveMark[];
  /** By batch; see `settle`. */
  readonly unsettled: ReadonlyMap<BatchId, readonly Mark[]>;
}

export async function readMarks(store: ObjectStore): Promise<Marks> {
  const open: ActiveMark[] = [];
  const unsettled = new Map<BatchId, Mark[]>();
  for (const { key, modifiedMs } of await listAll(store, indexKeys.activePrefix)) {
    const isOpen = !key.startsWith(indexKeys.unsettledPrefix);
    const prefix = isOpen ? indexKeys.activePrefix : indexKeys.unsettledPrefix;
    const [id, left] = key.slice(prefix.length).split("/");
    const batchId = batchIdSchema.safeParse(id).data;
    if (batchId === undefined) continue;
    const mark = left === "end" ? left : instanceIdSchema.safeParse(left).data;
    if (isOpen) open.push({ batchId, sinceMs: modifiedMs });
    else if (mark !== undefined) unsettled.set(batchId, [...(unsettled.get(batchId) ?? []), mark]);
  }
  return { open, unsettled };
}

/** All pages of a listing. */
export async function listAll(store: ObjectStore, prefix: string): Promise<readonly ListedObject[]> {
  const found: ListedObject[] = [];
  for (let more = true; more;) {
    const last = found.at(-1)?.key;
    const page = await store.list(prefix, last === undefined ? {} : { after: last });
    found.push(...page.objects);
    more = page.more;
  }
  return found;
}

function workOf(batch: BatchRecord, progress: ProgressRecord, budget: BatchBudget | null): OpenWork {
  const counts = countsOf(progress);
  return {
    batchId: batch.id,
    model: batch.model,
    speed: batch.speed,
    submittedMs: Date.parse(batch.submitted_at),
    deadlineMs: Date.parse(batch.deadline_at),
    openItems: counts.queued + counts.running,
    openAudioSeconds: openAudioSeconds(batch, progress),
    runningItems: counts.running,
    budget,
  };
}

/**
 * Audio seconds still to be made. Which of the items are left is not looked up: those that did not succeed
 * are taken to be equally long, so it is exact until an item fails or runs.
 */
export function openAudioSeconds(batch: BatchRecord, progress: ProgressRecord): number {
  const { total, queued, running, succeeded } = countsOf(progress);
  if (queued + running === 0) return 0;
  const leftSeconds = Math.max(0, batch.audio_seconds - progress.audio_seconds);
  const secondsEach = leftSeconds / (total - succeeded);
  const made = Object.values(progress.running).reduce(
    (sum, item) => sum + (item.steps === 0 ? 0 : item.step / item.steps),
    0,
  );
  return secondsEach * (queued + running - made);
}
