/**
 * Who pays for a machine, and for what. Its bill is cut by day, each day's part by what the machine did with its
 * time, and each of those by batch; a batch's parts are then cut by item. Every cut shares out a whole amount, so
 * whatever is added up again (the days, the lines, the batches, the items) comes to the bill, to the micro-dollar.
 */
import type { LedgerRecord, TimeSpent } from "../contract/fleet-records.ts";
import { receiptLines, type ReceiptLine } from "../contract/receipt.ts";
import { billMicros, ranSeconds, usdByDay } from "./bill.ts";
import { apportion } from "./money.ts";

type Entry = LedgerRecord["instances"][string];

export interface Part {
  readonly day: string;
  readonly line: ReceiptLine;
  /** Null: the machine has made nothing for anyone. */
  readonly batchId: string | null;
  readonly micros: number;
}

export function partsOf(entry: Entry, nowMs: number): readonly Part[] {
  const total = billMicros(entry, nowMs);
  if (total === 0) return [];
  const days = Object.entries(usdByDay(entry, nowMs));
  const seconds = lineSeconds(entry, nowMs);
  const batches = Object.entries(entry.gpu_seconds_by_batch).filter(([, gpuSeconds]) => gpuSeconds > 0);
  const owners = batches.length === 0 ? [null] : batches.map(([id]) => id);
  const weights = batches.length === 0 ? [1] : batches.map(([, gpuSeconds]) => gpuSeconds);
  const byDay = apportion(
    total,
    days.map(([, usd]) => usd),
  );
  return days.flatMap(([day], place) =>
    apportion(byDay[place] ?? 0, seconds).flatMap((lineMicros, line) =>
      apportion(lineMicros, weights).map((micros, owner) => ({
        day,
        line: receiptLines[line] ?? "idle",
        batchId: owners[owner] ?? null,
        micros,
      })),
    ),
  );
}

/** A batch's share of a machine, 0 to 1: boot and idle time are shared out as the work is. */
export function shareOf({ gpu_seconds_by_batch: byBatch }: TimeSpent, batchId: string): number {
  const total = Object.values(byBatch).reduce((sum, seconds) => sum + seconds, 0);
  return total > 0 ? (byBatch[batchId] ?? 0) / total : 0;
}

/** How a machine's time was spent, in the order of the lines; only their proportions count. */
function lineSeconds(entry: Entry, nowMs: number): readonly number[] {
  const ran = ranSeconds(entry, nowMs);
  const fromStart = (time: string | null): number =>
    time === null || entry.running_at === null
      ? ran
      : Math.min(ran, Math.max(0, (Date.parse(time) - Date.parse(entry.running_at)) / 1000));
  const booted = fromStart(entry.booted_at);
  const ready = Math.max(booted, fromStart(entry.ready_at));
  const work = Object.values(entry.gpu_seconds_by_batch).reduce((sum, seconds) => sum + seconds, 0);
  const untold = Math.max(0, ran - ready - work - entry.idle_seconds - entry.interrupted_seconds);
  const seconds: Record<ReceiptLine, number> = {
    work,
    boot: booted,
    load: ready - booted,
    idle: entry.idle_seconds + (isCutOff(entry) ? 0 : untold),
    interrupted: entry.interrupted_seconds + (isCutOff(entry) ? untold : 0),
  };
  // Billed for the least time, and gone at once.
  return ran === 0
    ? receiptLines.map((line) => (line === "boot" ? 1 : 0))
    : receiptLines.map((line) => seconds[line]);
}

/** It ended in the middle of something, and could not tell of its last seconds. */
const isCutOff = ({ taken_back, end_reason }: Entry): boolean =>
  taken_back === true || end_reason === "interruption" || end_reason === "no_heartbeat";
