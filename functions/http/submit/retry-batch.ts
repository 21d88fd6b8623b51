/** Retries the items of a batch that did not succeed. */
import { draftOfRetry, type NoRetry } from "../../../shared/batch/submit/retry.ts";
import { type DraftOr, type SubmitPorts, takeBatch } from "../../../shared/batch/submit/take-batch.ts";
import type { StageConfig } from "../../../shared/config.ts";
import { retryRequestSchema } from "../../../shared/contract/api/queries.ts";
import { parsedBody } from "../parsed-body.ts";
import { problem, type Handler } from "../api.ts";
import { readIdempotency } from "../idempotency.ts";
import { batchOf, type NotFound } from "../read/visible-batch.ts";
import { takenOrNot } from "./taken.ts";

/** `POST /v1/batches/{id}/retry`: a new batch of the items that did not succeed. */
export const postRetry =
  (ports: SubmitPorts, settings: StageConfig): Handler<"POST /v1/batches/{id}/retry"> =>
  async (request) => {
    const asked = parsedBody(
      retryRequestSchema,
      request.body ?? {},
      'no body, or {"name", "speed", "priority", "expires_in_seconds", "max_cost_usd"}',
    );
    if (asked.kind === "refused") return asked.response;
    // The same key and body may come for a retry of another batch, or for a submit: the hash tells them apart.
    const read = readIdempotency({
      ...request,
      bodyText: JSON.stringify(["retry", request.params, request.bodyText]),
    });
    if (read.kind === "refused") return read.response;
    const draft = async (): Promise<DraftOr<NotFound | NoRetry>> => {
      const lookup = await batchOf(ports.store, request);
      return lookup.kind === "not_found"
        ? { refusal: lookup }
        : draftOfRetry(lookup.batch, asked.value, ports, settings);
    };
    const by = { caller: request.caller.owner, idempotency: read.idempotency };
    const result = await takeBatch(by, draft, ports, settings);
    if (result.kind === "not_found") return result.response;
    return result.kind === "no_retry" ? problem("conflict", result.detail) : takenOrNot(result);
  };
