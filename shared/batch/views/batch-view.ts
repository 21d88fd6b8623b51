/** A batch as the API shows it. */
import type { BatchView, Counts } from "../../contract/api/api.ts";
import type { BatchRecord, ControlRecord, ProgressRecord } from "../../contract/records/batch-records.ts";
import type { DecisionReason, DecisionRecord, LatchRecord } from "../../contract/records/fleet-records.ts";
import type { BatchCost } from "../../billing/receipts/batch-cost.ts";
import { costView } from "./cost-view.ts";
import { countsOf, outcomeOfBatch } from "../progress/progress.ts";
import { openAudioSeconds } from "../progress/open-audio.ts";

const dayMs = 86_400_000;

/** What a batch's view is built from, besides the batch itself. */
export interface BatchFacts {
  readonly progress: ProgressRecord;
  readonly control: ControlRecord | null;
  /** The fleet's last decision; null before the first one. */
  readonly snapshot: DecisionRecord | null;
  /** Null before the first stop. */
  readonly latch: LatchRecord | null;
  readonly cost: BatchCost;
}

export function batchView(batch: BatchRecord, facts: BatchFacts): BatchView {
  const { progress, control, cost } = facts;
  const counts = countsOf(progress);
  return {
    id: batch.id,
    name: batch.name,
    retry_of: batch.retry_of,
    status: statusOf(batch, facts),
    outcome: progress.ended_at === null ? null : outcomeOfBatch(progress),
    model: batch.model,
    speed: batch.speed,
    priority: batch.priority,
    counts,
    input_errors: batch.input_errors,
    progress: shareDone(batch, progress),
    audio_seconds: { total: batch.audio_seconds, succeeded: progress.audio_seconds },
    waiting_reason:
      statusOf(batch, facts) === "stopped" ? stoppedReason(facts) : waitingReason(batch, counts, facts),
    interruptions: progress.interruptions,
    instances: progress.instances.length,
    cost: costView(batch, control, cost, progress.ended_at !== null),
    submitted_at: batch.submitted_at,
    deadline_at: batch.deadline_at,
    expires_at: batch.expires_at,
    started_at: progress.started_at,
    ended_at: progress.ended_at,
    webhook: batch.webhook,
    metadata: batch.metadata,
    retain_days: batch.retain_days,
    delete_at: deletionOf(batch, progress),
  };
}

function deletionOf({ retain_days }: BatchRecord, { ended_at }: ProgressRecord): string | null {
  if (retain_days === null || ended_at === null) return null;
  return new Date(Date.parse(ended_at) + retain_days * dayMs).toISOString();
}

function statusOf({ total }: BatchRecord, { progress, control, latch }: BatchFacts): BatchView["status"] {
  if (progress.ended_at !== null) return "ended";
  if (control !== null && control.cancel !== null) return "canceling";
  if (total === 0) return "validating";
  if (latch?.closed === true) return "stopped";
  return progress.started_at === null ? "queued" : "running";
}

/** Rounded to a tenth of a percent, so that tiny steps do not count as a change. */
function shareDone(batch: BatchRecord, progress: ProgressRecord): number {
  if (progress.ended_at !== null) return 1;
  if (batch.total === 0) return 0;
  const share = 1 - openAudioSeconds(batch, progress) / batch.audio_seconds;
  return Math.round(Math.min(1, Math.max(0, share)) * 1000) / 1000;
}

/** Items that ran when the service was stopped wait as well, whether or not their machine is known to have ended. */
function stoppedReason({ latch }: BatchFacts): BatchView["waiting_reason"] {
  if (latch === null) return null;
  const detail = "an operator stopped the service; open items are kept and continue after a start";
  return { reason: "latch", detail, at: latch.changed_at };
}

/** Work itself is no reason to wait, nor are the budgets of other batches. */
const noReasonToWait: readonly DecisionReason[] = ["work", "no_work", "budget_batch"];

function waitingReason(
  { model }: BatchRecord,
  counts: Counts,
  { control, snapshot }: BatchFacts,
): BatchView["waiting_reason"] {
  if (counts.queued === 0) return null;
  if (control !== null && control.held !== null)
    return { reason: "budget_batch", detail: control.held.detail, at: control.held.since };
  const reasons = snapshot?.models.find((plan) => plan.model === model)?.reasons ?? [];
  const holding = reasons.filter(({ reason }) => !noReasonToWait.includes(reason));
  // Which machine type is bought holds nothing: it is told while nothing else is.
  const last = holding.findLast(({ reason }) => reason !== "type") ?? holding.at(-1);
  return snapshot === null || last === undefined ? null : { ...last, at: snapshot.at };
}
