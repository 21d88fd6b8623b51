/**
 * The phases of a machine's life as its ledger tells them. Within `work` a machine may have waited between two batches:
 * when, nobody wrote down. How long it worked, the ledger tells.
 */
import type { LedgerRecord } from "../../contract/records/fleet-records.ts";
import type { LifePhase } from "../../contract/records/receipt.ts";
import { isCutOff, lineSeconds } from "../receipts/shares.ts";

type Entry = LedgerRecord["instances"][string];

export interface LifeSpan {
  readonly phase: LifePhase;
  readonly fromMs: number;
  /** Null: it goes on. */
  readonly toMs: number | null;
}

/** In the order of time, without a gap. Clocks of machines may be off: no phase begins before the one before it. */
export function lifeOf(entry: Entry, nowMs: number): readonly LifeSpan[] {
  const endMs = timeMs(entry.ended_at);
  const lastMs = endMs ?? nowMs;
  const spans: LifeSpan[] = [];
  let fromMs = lastMs;
  for (const [phase, beganMs] of beginnings(entry, lastMs).toReversed()) {
    if (beganMs === null) continue;
    // What goes on is told even if it has begun at this moment.
    const goesOn = spans.length === 0 && endMs === null;
    if (beganMs >= fromMs && !goesOn) continue;
    const toMs = spans.length === 0 ? endMs : fromMs;
    fromMs = Math.min(beganMs, fromMs);
    spans.unshift({ phase, fromMs, toMs });
  }
  return spans;
}

/** When each phase began; null: it has not, or nobody knows. */
const beginnings = (entry: Entry, lastMs: number): readonly (readonly [LifePhase, number | null])[] => [
  ["pending", timeMs(entry.launched_at)],
  ["boot", timeMs(entry.running_at)],
  ["load", timeMs(entry.booted_at)],
  ["work", timeMs(entry.ready_at)],
  ["idle", timeMs(entry.idle_since)],
  isCutOff(entry)
    ? ["interrupted", timeMs(entry.leaving_at) ?? cutOffMs(entry, lastMs)]
    : ["leaving", timeMs(entry.leaving_at)],
];

/** What it could not tell any more is the end of its life. */
function cutOffMs(entry: Entry, lastMs: number): number | null {
  const { interrupted } = lineSeconds(entry, lastMs);
  return interrupted > 0 ? lastMs - interrupted * 1000 : null;
}

const timeMs = (time: string | null): number | null => (time === null ? null : Date.parse(time));
