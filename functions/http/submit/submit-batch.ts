import type { TooManyActive } from "../../../shared/batch/submit/active-limit.ts";
import { noCost } from "../../../shared/billing/receipts/batch-cost.ts";
import { batchView } from "../../../shared/batch/views/batch-view.ts";
import { checkRequest } from "../../../shared/batch/submit/check-request.ts";
import { foresee } from "../../../shared/batch/submit/foresee.ts";
import { emptyProgress } from "../../../shared/batch/progress/progress.ts";
import { submitBatch, type SubmitPorts, type SubmitResult } from "../../../shared/batch/submit/submit.ts";
import type { StageConfig } from "../../../shared/config.ts";
import type { BatchRecord } from "../../../shared/contract/records/batch-records.ts";
import type { Fault } from "../../../shared/contract/api/problem.ts";
import type { BatchCheckView } from "../../../shared/contract/api/api.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import { problem, type ApiResponse, type Handler } from "../api.ts";
import { readIdempotency } from "../idempotency.ts";
import { inProgress, keyReused, listed } from "../responses.ts";

/** `POST /v1/batches` */
export const postBatch =
  (ports: SubmitPorts, settings: StageConfig): Handler<"POST /v1/batches"> =>
  async (request) => {
    if (request.query.dry_run) return estimateOnly(request.body, ports.store, settings);
    const read = readIdempotency(request);
    if (read.kind === "refused") return read.response;
    const { idempotency } = read;
    const submission = { body: request.body, owner: request.caller.owner, idempotency };
    return answer(await submitBatch(submission, ports, settings));
  };

function answer(result: SubmitResult): ApiResponse {
  switch (result.kind) {
    case "accepted":
      return taken(result.batch, {});
    case "replayed":
      return taken(result.batch, { "idempotency-replayed": "true" });
    case "key_reused":
      return keyReused();
    case "in_progress":
      return inProgress();
    case "stopped":
      return problem("stopped", "no batch is taken until an operator starts the service again");
    case "queue_full":
      return later(
        problem("queue_full", `about ${result.queued} items are queued; at most ${result.limit} may be`),
      );
    case "too_many_active":
      return later(problem("too_many_batches", activeDetail(result)));
    case "invalid":
      return invalid(result.faults);
  }
}

/** Batches end and queues empty by the minute. */
const later = (response: ApiResponse): ApiResponse => ({
  ...response,
  headers: { ...response.headers, "retry-after": "60" },
});

const activeDetail = ({ whose, limit }: TooManyActive): string =>
  whose === "owner"
    ? `${limit} of your batches are active, which is the most; submit again when one has ended`
    : `${limit} batches are active, which is the most that this stage takes; submit again when one has ended`;

/** As the batch is at its beginning, so that a replay is the same answer. */
const taken = (batch: BatchRecord, headers: Readonly<Record<string, string>>): ApiResponse => ({
  status: 202,
  headers: { location: `/v1/batches/${batch.id}`, ...headers },
  body: batchView(batch, {
    progress: emptyProgress(batch.id, batch.total),
    control: null,
    snapshot: null,
    latch: null,
    cost: noCost,
  }),
});

/** `POST /v1/estimates`: as a dry run of a submit. */
export const postEstimate =
  (ports: SubmitPorts, settings: StageConfig): Handler<"POST /v1/estimates"> =>
  (request) =>
    estimateOnly(request.body, ports.store, settings);

async function estimateOnly(body: unknown, store: ObjectStore, settings: StageConfig): Promise<ApiResponse> {
  const checked = checkRequest(body, settings);
  if (checked.kind === "invalid") return invalid(checked.faults);
  const { model, speed, clips, audioSeconds } = checked;
  const view: BatchCheckView = {
    model: model.id,
    speed,
    items: clips.length,
    audio_seconds: audioSeconds,
    estimate: await foresee(checked, store, settings),
  };
  return { status: 200, body: view };
}

function invalid(faults: readonly Fault[]): ApiResponse {
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  const shown = listed(faults);
  const rest = faults.length > shown.length ? `, the first ${shown.length} of which are listed` : "";
  return problem("invalid_input", `the body has ${count}${rest}; nothing was queued`, shown);
}
