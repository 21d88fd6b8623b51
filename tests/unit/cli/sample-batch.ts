import { type BatchView, batchViewSchema } from "../../../shared/contract/api/api.ts";
import { someEstimate } from "../billing/ledger-entry.ts";

export const batchId = "batch_01J00000000000000000000000";

/** A batch of eight, half done; each part that a test is about is given. */
export const sampleBatch = (change: Partial<BatchView> = {}): BatchView => ({
  ...batchViewSchema.parse({
    id: batchId,
    name: null,
    status: "running",
    outcome: null,
    model: "tiny-random",
    speed: "fast",
    priority: "normal",
    counts: { total: 8, queued: 3, running: 1, succeeded: 4, failed: 0, canceled: 0, expired: 0 },
    input_errors: null,
    progress: 0.5,
    audio_seconds: { total: 30, succeeded: 15 },
    waiting_reason: null,
    interruptions: 0,
    instances: 1,
    cost: {
      estimate: someEstimate,
      max_usd: null,
      accrued_usd: "0.0012",
      final: false,
      notes: [],
      instance_seconds: 20,
      billed_seconds: 60,
      on_demand_usd: "0.003",
      saved_usd: "0.0018",
      receipt: null,
    },
    submitted_at: "2026-01-01T00:00:00.000Z",
    deadline_at: "2026-01-01T00:05:00.000Z",
    expires_at: null,
    started_at: "2026-01-01T00:00:10.000Z",
    ended_at: null,
    retain_days: null,
    delete_at: null,
    retry_of: null,
    webhook: null,
    metadata: {},
  }),
  ...change,
});

export const endedBatch = (outcome: NonNullable<BatchView["outcome"]>): BatchView =>
  sampleBatch({
    status: "ended",
    outcome,
    ended_at: "2026-01-01T00:03:00.000Z",
    counts: { total: 8, queued: 0, running: 0, succeeded: 8, failed: 0, canceled: 0, expired: 0 },
  });
