/**
 * What EC2 charges for a machine. Linux machines are billed by the second, sixty at least, from `running` until they
 * shut down. Each hour of a spot machine, counted from its start, costs what was in force in its zone when that hour
 * began. One that EC2 takes back within its first hour is free; one that ends otherwise is not.
 * @see EC2 user guide, "Instance lifecycle" (what is billed in which state)
 * @see EC2 user guide, "Billing for interrupted Spot Instances"
 */
import type { LedgerRecord } from "../contract/fleet-records.ts";
import { microsOf } from "./money.ts";

type Entry = LedgerRecord["instances"][string];

const hourMs = 3_600_000;
const dayMs = 86_400_000;
const leastMs = 60_000;

export const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);

/** How long a machine has run, until it ended or until now. */
export function ranSeconds(entry: Entry, nowMs: number): number {
  const endMs = entry.ended_at === null ? nowMs : Date.parse(entry.ended_at);
  return entry.running_at === null ? 0 : Math.max(0, endMs - Date.parse(entry.running_at)) / 1000;
}

/** What a machine has cost so far, in whole micro-dollars. */
export const billMicros = (entry: Entry, nowMs: number): number => microsOf(billUsd(entry, nowMs));

export const billUsd = (entry: Entry, nowMs: number): number =>
  Object.values(usdByDay(entry, nowMs)).reduce((total, usd) => total + usd, 0);

/** What a machine has cost so far in USD, by the day (UTC) in which it ran. */
export function usdByDay(entry: Entry, nowMs: number): Readonly<Record<string, number>> {
  const days: Record<string, number> = {};
  for (const { fromMs, toMs, usdPerHour } of spans(entry, nowMs)) {
    const day = dayOf(fromMs);
    days[day] = (days[day] ?? 0) + ((toMs - fromMs) / hourMs) * usdPerHour;
  }
  return days;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly usdPerHour: number;
}

/** What is billed, cut at the machine's own hours and at midnight. */
function spans(entry: Entry, nowMs: number): readonly Span[] {
  if (entry.running_at === null || isFree(entry, nowMs)) return [];
  const startMs = Date.parse(entry.running_at);
  const endMs = startMs + Math.max(leastMs, ranSeconds(entry, nowMs) * 1000);
  const found: Span[] = [];
  for (let fromMs = startMs; fromMs < endMs;) {
    const hourStartMs = startMs + Math.floor((fromMs - startMs) / hourMs) * hourMs;
    const midnightMs = (Math.floor(fromMs / dayMs) + 1) * dayMs;
    const toMs = Math.min(endMs, hourStartMs + hourMs, midnightMs);
    found.push({ fromMs, toMs, usdPerHour: priceAt(entry, hourStartMs) });
    fromMs = toMs;
  }
  return found;
}

/** Until EC2 has said who ended the machine, what its last days were called decides. */
function isFree(entry: Entry, nowMs: number): boolean {
  const takenBack = entry.taken_back ?? entry.end_reason === "interruption";
  const isSpot = entry.market === "spot";
  return isSpot && entry.ended_at !== null && takenBack && ranSeconds(entry, nowMs) * 1000 < hourMs;
}

/** The latest that was known to be in force by then; before the first one, the first. */
const priceAt = ({ prices }: Entry, timeMs: number): number =>
  (prices.findLast(({ since }) => Date.parse(since) <= timeMs) ?? prices[0]).usd_per_hour;
