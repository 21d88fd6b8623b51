/** What happened, in figures: of a stage, or of a run that plays its record again. */
import { quantile } from "../shared/billing/measures/quantile.ts";
import { costOf, type StageRecord } from "./stage-record.ts";

/** Money in USD; times in seconds, from the submit to each clip; shares from 0 to 1. */
export interface Figures {
  readonly clips: number;
  readonly cost_usd: number;
  readonly p50_s: number | null;
  readonly p95_s: number | null;
  readonly within_15_min: number;
  readonly within_30_min: number;
  /** By the deadline that each batch had. */
  readonly in_time: number;
  readonly boots: number;
  readonly interruptions: number;
}

/** @param nowMs until when machines that have not ended are charged */
export function figuresOf(record: StageRecord, nowMs: number): Figures {
  const clips = record.batches.flatMap(({ batch, results }) =>
    results
      .filter(({ outcome, reused_from }) => outcome === "succeeded" && reused_from === null)
      .map(({ finished_at }) => ({
        seconds: (Date.parse(finished_at) - Date.parse(batch.submitted_at)) / 1000,
        isInTime: finished_at <= batch.deadline_at,
      })),
  );
  const all = clips.map(({ seconds }) => seconds);
  const share = (count: number): number => (clips.length === 0 ? 1 : count / clips.length);
  return {
    clips: clips.length,
    cost_usd: Math.round(costOf(record, nowMs) * 1e6) / 1e6,
    p50_s: quantile(all, 0.5),
    p95_s: quantile(all, 0.95),
    within_15_min: share(all.filter((seconds) => seconds <= 900).length),
    within_30_min: share(all.filter((seconds) => seconds <= 1800).length),
    in_time: share(clips.filter(({ isInTime }) => isInTime).length),
    boots: record.accounts.length,
    interruptions: record.accounts.filter(({ taken_back }) => taken_back === true).length,
  };
}
