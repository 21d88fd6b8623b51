/**
 * What must be true at the end: no item is lost, each item has one result, and the counts sum up. Money is checked in a
 * file of its own.
 */
import { countsOf } from "../../shared/batch/progress/progress.ts";
import type { ResultRecord } from "../../shared/contract/records/batch-records.ts";
import {
  completedRecordSchema,
  progressRecordSchema,
  resultRecordSchema,
} from "../../shared/contract/records/batch-records.ts";
import type { BatchId, InstanceId } from "../../shared/contract/ids.ts";
import { batchKeys, resultIndexOf } from "../../shared/contract/records/keys.ts";
import type { MemoryStore } from "../memory/memory-store.ts";
import { listAll } from "../../shared/batch/progress/reminders.ts";
import type { Clock } from "../../shared/ports.ts";
import { readRecord } from "../../shared/records/records.ts";
import type { MachineRecord } from "../played/machine-host.ts";
import { judgeMoney } from "./judgement-of-money.ts";
import type { Standing } from "../played/people.ts";
import type { Scenario } from "../scenario.ts";
import type { Watch } from "./watch.ts";

/** @returns every broken rule, as a sentence */
export async function judge(
  store: MemoryStore,
  standings: readonly Standing[],
  machines: readonly MachineRecord[],
  scenario: Scenario,
  watch: Watch,
  untold: ReadonlySet<InstanceId>,
  clock: Clock,
): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const standing of standings) {
    broken.push(...(await judgeBatch(store, standing)));
    broken.push(...(await judgeAbort(store, standing, scenario, watch)));
  }
  broken.push(...(await judgeMoney(store, standings, machines, scenario, untold, clock)));
  return broken;
}

export async function resultsOf(
  store: MemoryStore,
  batchId: BatchId,
): Promise<ReadonlyMap<number, ResultRecord>> {
  const results = new Map<number, ResultRecord>();
  for (const { key } of await listAll(store, batchKeys.results(batchId))) {
    const record = await readRecord(store, key, resultRecordSchema);
    if (record !== null) results.set(resultIndexOf(key), record.value);
  }
  return results;
}

async function judgeBatch(store: MemoryStore, standing: Standing): Promise<readonly string[]> {
  const { batch, order } = standing;
  if (batch === null) return ["an order was never taken"];
  const results = await resultsOf(store, batch.id);
  const broken: string[] = [];
  const mayBeEmpty = order.cancel !== undefined || order.expiresInSeconds !== undefined;
  if (batch.total !== order.clips.length && !(batch.total === 0 && mayBeEmpty))
    broken.push(`${batch.id} has ${batch.total} items, and ${order.clips.length} were uploaded`);
  if (results.size !== batch.total)
    broken.push(`${batch.id}: ${batch.total - results.size} of ${batch.total} items are lost`);
  for (const [index, result] of results) {
    const wrong =
      order.refused?.includes(index) === true
        ? wrongWithRefused(result, standing)
        : await wrongWith(store, result, order.prompts?.[index] !== undefined, standing);
    if (wrong !== null) broken.push(`item ${index} of ${batch.id} ${wrong}`);
  }
  broken.push(...(await judgeCounts(store, batch.id, results)));
  broken.push(...(await judgeLeftovers(store, batch.id, results)));
  return broken;
}

/** Nothing is left that no result names: no audio of lost attempts, and no checkpoints. */
async function judgeLeftovers(
  store: MemoryStore,
  batchId: BatchId,
  results: ReadonlyMap<number, ResultRecord>,
): Promise<readonly string[]> {
  const named = new Set([...results.values()].map(({ audio }) => audio?.key));
  const audio = await listAll(store, batchKeys.audioPrefix(batchId));
  const checkpoints = await listAll(store, batchKeys.checkpointsPrefix(batchId));
  return [...audio.filter(({ key }) => !named.has(key)), ...checkpoints].map(
    ({ key }) => `${key} is left, and no result names it`,
  );
}

/**
 * Workers read the control records of their batches at each heartbeat. After an abort nothing of the batch may be made
 * from the second heartbeat on. More time is allowed if calls are slow or the record cannot be read.
 */
function heardWithinMs({ hazards, settings }: Scenario): number {
  const unreadMs = hazards.outages
    .filter(({ operation }) => operation === "store.get")
    .reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const heartbeatMs = settings.worker.heartbeat_seconds * 1000;
  return 2 * heartbeatMs + (hazards.rate === 0 ? 0 : 2 * hazards.maxDelayMs) + unreadMs;
}

async function judgeAbort(
  store: MemoryStore,
  { batch, order, canceledMs }: Standing,
  scenario: Scenario,
  watch: Watch,
): Promise<readonly string[]> {
  if (batch === null || canceledMs === null || order.cancel?.mode !== "abort") return [];
  const broken: string[] = [];
  for (const [index, { outcome }] of await resultsOf(store, batch.id)) {
    const lateMs = (watch.committedMs(batchKeys.result(batch.id, index)) ?? 0) - canceledMs;
    if (outcome === "succeeded" && lateMs > heardWithinMs(scenario))
      broken.push(`item ${index} of ${batch.id} was made ${Math.round(lateMs / 1000)} s after its abort`);
  }
  return broken;
}

async function wrongWith(
  store: MemoryStore,
  result: ResultRecord,
  isPoison: boolean,
  { order, canceledMs }: Standing,
): Promise<string | null> {
  switch (result.outcome) {
    case "succeeded": {
      const audio = result.audio === null ? null : await store.get(result.audio.key);
      const maker = result.reused_from ?? result.item_id;
      return audio?.body.startsWith(`audio of ${maker} `) === true ? null : "has no audio of its own";
    }
    case "failed":
      return isPoison ? null : `failed, and nothing was wrong with it: ${JSON.stringify(result.error)}`;
    case "canceled":
      return canceledMs !== null ? null : "was canceled, and nobody asked for it";
    case "expired":
      return order.expiresInSeconds === undefined ? "expired without a time to" : null;
  }
}

/** An item of which the queue refuses the message fails with a code of its own, and no machine works on it. */
function wrongWithRefused({ outcome, error, spent }: ResultRecord, standing: Standing): string | null {
  if (outcome === "canceled" && standing.canceledMs !== null) return null;
  if (outcome === "expired" && standing.order.expiresInSeconds !== undefined) return null;
  if (outcome === "failed" && error?.code === "undeliverable" && spent.length === 0) return null;
  return `ended ${outcome} (${error?.code ?? "no error"}) after ${spent.length} machines, and the queue refuses its message`;
}

async function judgeCounts(
  store: MemoryStore,
  batchId: BatchId,
  results: ReadonlyMap<number, ResultRecord>,
): Promise<readonly string[]> {
  const progress = (await readRecord(store, batchKeys.progress(batchId), progressRecordSchema))?.value;
  const completed = (await readRecord(store, batchKeys.completed(batchId), completedRecordSchema))?.value;
  if (progress === undefined || completed === undefined) return [`${batchId} never ended`];
  const counts = countsOf(progress);
  const broken: string[] = [];
  for (const outcome of ["succeeded", "failed", "canceled", "expired"] as const) {
    const real = [...results.values()].filter((result) => result.outcome === outcome).length;
    if (real !== counts[outcome] || real !== completed[outcome])
      broken.push(
        `${batchId} counts ${counts[outcome]} and ${completed[outcome]} ${outcome}, there are ${real}`,
      );
  }
  return broken;
}
