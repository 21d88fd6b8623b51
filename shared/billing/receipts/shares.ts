/**
 * Who pays for a machine, and for what. Its bill is cut by day. Each day's part is cut into the machine's hours, its
 * volume and its address; the hours are cut by what the machine did with its time, and each of those by batch. A
 * batch's parts are then cut by item. Every cut shares out a whole amount, so the days, the lines, the batches and the
 * items each add up to the bill, to the micro-dollar.
 */
import type { LedgerRecord, TimeSpent } from "../../contract/records/fleet-records.ts";
import { timeLines, type ReceiptLine, type TimeLine } from "../../contract/records/receipt.ts";
import { billMicros, costsByDay, ranSeconds, sumOfCosts, workSeconds, type Costs } from "../bill.ts";
import { apportion } from "../money.ts";

type Entry = LedgerRecord["instances"][string];

export interface Part {
  readonly day: string;
  readonly line: ReceiptLine;
  /** Null: the machine has made nothing for any batch. */
  readonly batchId: string | null;
  readonly micros: number;
}

export function partsOf(entry: Entry, nowMs: number): readonly Part[] {
  const total = billMicros(entry, nowMs);
  if (total === 0) return [];
  const days = Object.entries(costsByDay(entry, nowMs));
  const seconds = weightsOf(entry, nowMs);
  const batches = Object.entries(entry.gpu_seconds_by_batch).filter(([, gpuSeconds]) => gpuSeconds > 0);
  const owners = batches.length === 0 ? [null] : batches.map(([id]) => id);
  const weights = batches.length === 0 ? [1] : batches.map(([, gpuSeconds]) => gpuSeconds);
  const byDay = apportion(
    total,
    days.map(([, costs]) => sumOfCosts(costs)),
  );
  return days.flatMap(([day, costs], place) =>
    linesOf(byDay[place] ?? 0, costs, seconds).flatMap(({ line, micros: lineMicros }) =>
      apportion(lineMicros, weights).map((micros, owner) => ({
        day,
        line,
        batchId: owners[owner] ?? null,
        micros,
      })),
    ),
  );
}

/** @param seconds of the machine's time, in the order of `timeLines` */
function linesOf(
  total: number,
  costs: Costs,
  seconds: readonly number[],
): readonly Pick<Part, "line" | "micros">[] {
  const [machine = 0, volume = 0, address = 0] = apportion(total, [
    costs.machine,
    costs.volume,
    costs.address,
  ]);
  const hours = apportion(machine, seconds);
  return [
    ...timeLines.map((line, place) => ({ line, micros: hours[place] ?? 0 })),
    { line: "volume", micros: volume },
    { line: "address", micros: address },
  ];
}

/** A batch's share of a machine, 0 to 1. Boot and idle time are shared out in proportion to the work. */
export function shareOf({ gpu_seconds_by_batch: byBatch }: TimeSpent, batchId: string): number {
  const total = workSeconds({ gpu_seconds_by_batch: byBatch });
  return total > 0 ? (byBatch[batchId] ?? 0) / total : 0;
}

/** What the machine's hours are shared out by, in the order of the lines; only the proportions count. */
function weightsOf(entry: Entry, nowMs: number): readonly number[] {
  const seconds = lineSeconds(entry, nowMs);
  // The machine ended at once and is billed for the minimum time: all of it counts as boot.
  return ranSeconds(entry, nowMs) === 0
    ? timeLines.map((line) => (line === "boot" ? 1 : 0))
    : timeLines.map((line) => seconds[line]);
}

/** How the machine's time was spent. */
export function lineSeconds(entry: Entry, nowMs: number): Readonly<Record<TimeLine, number>> {
  const ran = ranSeconds(entry, nowMs);
  const fromStart = (time: string | null): number =>
    time === null || entry.running_at === null
      ? ran
      : Math.min(ran, Math.max(0, (Date.parse(time) - Date.parse(entry.running_at)) / 1000));
  const booted = fromStart(entry.booted_at);
  const ready = Math.max(booted, fromStart(entry.ready_at));
  const work = workSeconds(entry);
  const untold = Math.max(0, ran - ready - work - entry.idle_seconds - entry.interrupted_seconds);
  return {
    work,
    boot: booted,
    load: ready - booted,
    idle: entry.idle_seconds + (isCutOff(entry) ? 0 : untold),
    interrupted: entry.interrupted_seconds + (isCutOff(entry) ? untold : 0),
  };
}

/** It was cut off and could not report its last seconds. */
export const isCutOff = ({ taken_back, end_reason }: Entry): boolean =>
  taken_back === true || end_reason === "interruption" || end_reason === "no_heartbeat";
