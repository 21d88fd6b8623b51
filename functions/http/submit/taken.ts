/** The answers to requests that submit a batch. */
import type { TooManyActive } from "../../../shared/batch/submit/active-limit.ts";
import { noCost } from "../../../shared/billing/receipts/batch-cost.ts";
import { batchView } from "../../../shared/batch/views/batch-view.ts";
import { emptyProgress } from "../../../shared/batch/progress/progress.ts";
import { beforeExpansion, type TakeResult } from "../../../shared/batch/submit/take-batch.ts";
import type { NoUpload } from "../../../shared/batch/submit/submit.ts";
import type { BatchRecord } from "../../../shared/contract/records/batch-records.ts";
import { tooManyWebhooks } from "../webhooks/own-webhook.ts";
import { inProgress, keyReused, problem, type ApiResponse } from "../responses.ts";

export function takenOrNot(result: TakeResult | NoUpload): ApiResponse {
  switch (result.kind) {
    case "accepted":
      return taken(result.batch, {});
    case "replayed":
      return taken(result.batch, { "idempotency-replayed": "true" });
    case "deleted":
      return problem(
        "conflict",
        "the batch of this Idempotency-Key was deleted; use a new key to submit it again",
      );
    case "key_reused":
      return keyReused();
    case "in_progress":
      return inProgress();
    case "no_upload":
      return problem("not_found", "no such upload; an upload is kept for a day");
    case "no_file":
      return problem("conflict", "the file of the upload is not there; PUT it to the upload's URL first");
    case "wrong_size":
      return problem(
        "conflict",
        `the file has ${result.sizeBytes} bytes, but the upload was made for ${result.bytes}; make a new upload`,
      );
    case "upload_used":
      return problem("conflict", `the upload was submitted already, as ${result.batchId}`);
    case "too_many_webhooks":
      return tooManyWebhooks;
    case "webhook_disabled":
      return problem(
        "conflict",
        "your webhook endpoint at the batch's webhook url is disabled; PATCH it with enabled true first",
      );
    case "stopped":
      return problem(
        "stopped",
        "the service is stopped; it accepts batches again when an operator starts it",
      );
    case "queue_full":
      return later(
        problem("queue_full", `about ${result.queued} items are queued; the maximum is ${result.limit}`),
      );
    case "too_many_active":
      return later(problem("too_many_batches", activeDetail(result)));
  }
}

/** Batches end and queues empty within minutes, so a refused client may try again soon. */
const later = (response: ApiResponse): ApiResponse => ({
  ...response,
  headers: { ...response.headers, "retry-after": "60" },
});

const activeDetail = ({ whose, limit }: TooManyActive): string =>
  whose === "owner"
    ? `you have reached the maximum of active batches (${limit}); submit again when one has ended`
    : `this stage has reached the maximum of active batches (${limit}); submit again when one has ended`;

/** Shows the batch as it is at its beginning, so that a repeated request gets the same answer. */
function taken(batch: BatchRecord, headers: Readonly<Record<string, string>>): ApiResponse {
  const begun = batch.upload_id === null ? batch : { ...batch, ...beforeExpansion };
  return {
    status: 202,
    headers: { location: `/v1/batches/${batch.id}`, ...headers },
    body: batchView(begun, {
      progress: emptyProgress(batch.id, begun.total),
      control: null,
      snapshot: null,
      latch: null,
      cost: noCost,
    }),
  };
}
