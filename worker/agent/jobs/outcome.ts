/** What becomes of an attempt. Pure. */
import type { ResultRecord } from "../../../shared/contract/records/batch-records.ts";
import type {
  EngineCheckpoint,
  EngineDone,
  EngineEvent,
  EngineReady,
} from "../../../shared/contract/engine-protocol.ts";
import type { Job } from "./job.ts";
import { engineDiedCode } from "./job.ts";

export type Answer = Extract<EngineEvent, { type: "done" | "checkpoint" | "failed" }>;

/**
 * `made`: the engine made the clip.
 * `ended`: the item ends without audio; another attempt would not help.
 * `failed`: another attempt may succeed.
 * `interrupted`: cut short through no fault of the item; spends no attempt. `left`: what the engine saved of it;
 *   null: nothing.
 * `released`: not begun; another worker makes it.
 */
export type Outcome =
  | { readonly kind: "made"; readonly done: EngineDone; readonly engine: EngineReady }
  | {
      readonly kind: "ended";
      readonly outcome: "failed" | "canceled";
      readonly error: ResultRecord["error"];
    }
  | { readonly kind: "failed"; readonly code: string; readonly detail: string }
  | { readonly kind: "interrupted"; readonly left: EngineCheckpoint | null }
  | { readonly kind: "released" };

/** What the judgement depends on. */
type Judged = Pick<Job, "wish" | "progress" | "resumePath">;

/** Without an answer of the engine. */
export const cutShort: Outcome = { kind: "interrupted", left: null };

export function outcomeOf(job: Judged, answer: Answer, engine: EngineReady): Outcome {
  switch (answer.type) {
    case "done":
      return { kind: "made", done: answer, engine };
    case "checkpoint":
      return answer.steps === 0 && job.progress === null
        ? { kind: "released" }
        : { kind: "interrupted", left: answer };
    case "failed":
      return outcomeOfFailure(job, answer);
  }
}

/** A job that was taken back before the engine began it, or that the engine gave up as asked. */
export const outcomeOfWithdrawal = (job: Judged): Outcome =>
  job.wish === "cancel" ? { kind: "ended", outcome: "canceled", error: null } : { kind: "released" };

/**
 * The engine died. An item that was alone in it has failed; of several, nobody knows which was at fault.
 * @param isBlameless the whole worker is being ended from outside
 */
export const outcomeOfDeath = (detail: string, inEngine: number, isBlameless: boolean): Outcome =>
  inEngine === 1 && !isBlameless ? { kind: "failed", code: engineDiedCode, detail } : cutShort;

function outcomeOfFailure(job: Judged, failure: Extract<Answer, { type: "failed" }>): Outcome {
  const { code, detail, retryable } = failure;
  if (code === "canceled") return outcomeOfWithdrawal(job);
  // A checkpoint that the engine cannot use: the clip may still be made from the beginning.
  if (retryable || job.resumePath !== null) return { kind: "failed", code, detail };
  const known = code === "bad_request" || code === "numeric" ? code : "engine_error";
  return { kind: "ended", outcome: "failed", error: { code: known, detail } };
}
