import type { ResultRecord, TerminalOutcome } from "../../../shared/contract/records/batch-records.ts";
import { batchIdOf, instanceIdSchema, itemIdOf, type BatchId } from "../../../shared/contract/ids.ts";
import type { ItemEvent } from "../../../shared/contract/messages.ts";
import { defaultParameters } from "../../../shared/contract/api/parameters.ts";

export const batchId = batchIdOf("01KDVDNG00AAAAAAAAAAAAAAAA");
export const one = instanceIdSchema.parse("i-00000001");
export const two = instanceIdSchema.parse("i-00000002");

/** @param second after noon */
export const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();

export const result = (
  index: number,
  outcome: TerminalOutcome = "succeeded",
  change: Partial<ResultRecord> = {},
): ResultRecord => ({
  v: 1,
  batch_id: batchId,
  item_id: itemIdOf(batchId, index),
  index,
  custom_id: null,
  reused_from: null,
  outcome,
  attempt: 1,
  nonce: `nonce-${index}`,
  instance_id: outcome === "succeeded" ? one : null,
  finished_at: at(50),
  audio:
    outcome === "succeeded"
      ? {
          key: `batches/${batchId}/audio/${index}-1.wav`,
          format: "wav",
          bytes: 320_044,
          sha256: "00",
          duration_seconds: 10,
          sample_rate: 32_000,
          checks: { lufs: -14, true_peak_dbtp: -1, silence_ratio: 0, clipped_samples: 0 },
        }
      : null,
  error: outcome === "failed" ? { code: "engine_error", detail: "it broke" } : null,
  provenance:
    outcome === "succeeded"
      ? {
          model: "small",
          revision: "r1",
          engine_version: "1",
          dtype: "float16",
          device: "Tesla T4",
          seed: 7,
          parameters: defaultParameters,
        }
      : null,
  gpu_seconds: outcome === "succeeded" ? 0.5 : 0,
  steps: outcome === "succeeded" ? 503 : 0,
  interruptions: 0,
  spent: outcome === "succeeded" ? [{ instance_id: one, gpu_seconds: 0.5 }] : [],
  ...change,
});

export const started = (index: number, second: number, instance_id = one, attempt = 1): ItemEvent => ({
  type: "started",
  batch_id: batchId,
  index,
  at: at(second),
  instance_id,
  attempt,
  steps: 500,
});
export const advanced = (index: number, second: number, step: number, instance_id = one): ItemEvent => ({
  type: "advanced",
  batch_id: batchId,
  index,
  at: at(second),
  instance_id,
  attempt: 1,
  step,
  steps: 500,
});
export const released = (
  index: number,
  second: number,
  reason: "interrupted" | "failed" | "leaving" = "interrupted",
  instance_id = one,
): ItemEvent => ({
  type: "released",
  batch_id: batchId,
  index,
  at: at(second),
  instance_id,
  attempt: 1,
  reason,
});
export const finished = (index: number, second: number, record = result(index)): ItemEvent => ({
  type: "finished",
  batch_id: record.batch_id,
  index,
  at: at(second),
  result: record,
});

/** The same event, of another batch. */
export const of = (id: BatchId, event: ItemEvent): ItemEvent =>
  event.type === "finished"
    ? {
        ...event,
        batch_id: id,
        result: { ...event.result, batch_id: id, item_id: itemIdOf(id, event.index) },
      }
    : { ...event, batch_id: id };

export const setAside = (index: number, second: number): ItemEvent => ({
  type: "set_aside",
  batch_id: batchId,
  index,
  at: at(second),
});
