/** Cancels a batch. */
import { cancelBatch } from "../../../shared/batch/orders/cancel.ts";
import type { FoldPorts } from "../../../shared/batch/progress/fold.ts";
import { cancelRequestSchema } from "../../../shared/contract/api/queries.ts";
import { parsedBody } from "../parsed-body.ts";
import { problem, type Handler } from "../api.ts";
import { batchOf } from "../read/visible-batch.ts";
import { changedBatch } from "./changed-batch.ts";

/** `POST /v1/batches/{id}/cancel` */
export const postCancel =
  (ports: FoldPorts): Handler<"POST /v1/batches/{id}/cancel"> =>
  async (request) => {
    const asked = parsedBody(cancelRequestSchema, request.body, '{"mode": "drain" | "abort"}');
    if (asked.kind === "refused") return asked.response;
    const lookup = await batchOf(ports.store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const { batch } = lookup;
    const result = await cancelBatch(batch, asked.value.mode, ports);
    if (result.kind === "ended") return problem("conflict", "the batch has ended already");
    return { status: 202, body: await changedBatch(ports, batch, result) };
  };
