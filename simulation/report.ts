/** The figures of a run. */
import type { MemoryStore } from "./memory/memory-store.ts";
import type { StageConfig } from "../shared/config.ts";
import type { BatchRecord } from "../shared/contract/records/batch-records.ts";
import { batchKeys } from "../shared/contract/records/keys.ts";
import { receiptRecordSchema } from "../shared/contract/records/receipt.ts";
import { readRecord } from "../shared/records/records.ts";
import { quantile } from "../shared/billing/measures/quantile.ts";
import { trueCost } from "./invariants/bill.ts";
import { resultsOf } from "./invariants/judgement.ts";
import type { MachineRecord } from "./played/machine-host.ts";
import { stepsOf } from "./played/simulated-engine.ts";
import type { Standing } from "./played/people.ts";
import { sum } from "../shared/billing/measures/sum.ts";

/** A run in figures. Money is in USD, times are in seconds. */
export interface Report {
  readonly simulated_hours: number;
  readonly batches: number;
  readonly items: number;
  readonly items_succeeded: number;
  readonly audio_seconds: number;
  readonly cost_usd: number;
  /** Batches whose receipt is within their estimate. */
  readonly batches_as_estimated: number;
  /** From the submit to each clip. */
  readonly turnaround_p50_s: number | null;
  readonly turnaround_p95_s: number | null;
  readonly turnaround_max_s: number | null;
  readonly machines: number;
  readonly most_machines_at_once: number;
  readonly boots_unused: number;
  readonly machine_hours: number;
  readonly interruptions: number;
  readonly item_interruptions: number;
  /** Decoder steps beyond those that the clips needed: they were lost and made again. */
  readonly steps_made_again: number;
  readonly faults: number;
  readonly faults_by_kind: Readonly<Record<string, number>>;
  readonly faults_by_operation: Readonly<Record<string, number>>;
  /** Writes whose condition no longer held (412). */
  readonly lost_races: number;
  /** As S3 bills them: a LIST counts as a write, a DELETE is free. */
  readonly s3_writes: number;
  readonly s3_reads: number;
  /**
   * At most ten messages in a request. Lambda's own polling of `events`, which depends only on time, is not simulated.
   */
  readonly sqs_requests: number;
}

const s3Writes = ["store.create", "store.replace", "store.put", "store.list"];
const s3Reads = ["store.get", "store.exists"];

export async function reportOf(
  store: MemoryStore,
  standings: readonly Standing[],
  machines: readonly MachineRecord[],
  run: {
    readonly settings: StageConfig;
    readonly nowMs: number;
    readonly startMs: number;
    readonly mostMachines: number;
    readonly faults: ReadonlyMap<string, number>;
    readonly lostRaces: number;
    readonly asked: ReadonlyMap<string, number>;
    readonly queueRequests: number;
  },
): Promise<Report> {
  const turnarounds: number[] = [];
  const workers = new Set<string | null>();
  let audioSeconds = 0;
  let itemInterruptions = 0;
  let stepsMadeAgain = 0;
  let asEstimated = 0;
  for (const { batch } of standings) {
    if (batch === null) continue;
    if (await isAsEstimated(store, batch)) asEstimated += 1;
    for (const result of (await resultsOf(store, batch.id)).values()) {
      itemInterruptions += result.interruptions;
      if (result.outcome !== "succeeded") continue;
      workers.add(result.instance_id);
      const seconds = result.audio?.duration_seconds ?? 0;
      audioSeconds += seconds;
      stepsMadeAgain += result.steps - stepsOf(seconds);
      turnarounds.push((Date.parse(result.finished_at) - Date.parse(batch.submitted_at)) / 1000);
    }
  }
  const livedMs = machines.map(({ instance, endedMs }) => (endedMs ?? run.nowMs) - instance.launchedMs);
  return {
    simulated_hours: rounded((run.nowMs - run.startMs) / 3_600_000, 2),
    batches: standings.length,
    items: standings.reduce((total, { order }) => total + order.clips.length, 0),
    items_succeeded: turnarounds.length,
    audio_seconds: audioSeconds,
    cost_usd: rounded(sum(machines.map((machine) => trueCost(machine, run.settings, run.nowMs))), 4),
    batches_as_estimated: asEstimated,
    turnaround_p50_s: tenths(turnarounds, 0.5),
    turnaround_p95_s: tenths(turnarounds, 0.95),
    turnaround_max_s: tenths(turnarounds, 1),
    machines: machines.length,
    most_machines_at_once: run.mostMachines,
    boots_unused: machines.filter(({ instance }) => !workers.has(instance.instanceId)).length,
    machine_hours: rounded(sum(livedMs) / 3_600_000, 3),
    interruptions: machines.filter(({ takenBack }) => takenBack).length,
    item_interruptions: itemInterruptions,
    steps_made_again: stepsMadeAgain,
    faults: sum([...run.faults.values()]),
    faults_by_kind: summedBy(run.faults, ([, kind]) => kind),
    faults_by_operation: summedBy(run.faults, ([operation]) => operation),
    lost_races: run.lostRaces,
    s3_writes: sum(s3Writes.map((operation) => run.asked.get(operation) ?? 0)),
    s3_reads: sum(s3Reads.map((operation) => run.asked.get(operation) ?? 0)),
    sqs_requests: run.queueRequests,
  };
}

async function isAsEstimated(store: MemoryStore, { id, estimate }: BatchRecord): Promise<boolean> {
  const receipt = (await readRecord(store, batchKeys.receipt(id), receiptRecordSchema))?.value;
  const usd = Number(receipt?.usd ?? NaN);
  return estimate !== null && Number(estimate.usd.low) <= usd && usd <= Number(estimate.usd.high);
}

/** @param faults by `operation kind` */
function summedBy(
  faults: ReadonlyMap<string, number>,
  part: (words: readonly string[]) => string | undefined,
): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const [name, count] of faults) {
    const key = part(name.split(" ")) ?? name;
    sums[key] = (sums[key] ?? 0) + count;
  }
  return sums;
}

/** Seconds, rounded to a tenth. */
function tenths(values: readonly number[], share: number): number | null {
  const value = quantile(values, share);
  return value === null ? null : rounded(value, 1);
}

const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
