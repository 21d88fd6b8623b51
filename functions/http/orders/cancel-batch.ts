/** Cancels a batch. */
import { readCost } from "../../../shared/billing/receipts/batch-cost.ts";
import { batchView } from "../../../shared/batch/views/batch-view.ts";
import { cancelBatch } from "../../../shared/batch/orders/cancel.ts";
import type { FoldPorts } from "../../../shared/batch/progress/fold.ts";
import { faultsOf } from "../../../shared/contract/api/problem.ts";
import { cancelRequestSchema } from "../../../shared/contract/api/queries.ts";
import { readLatch } from "../../../shared/interlock/latch.ts";
import { problem, type Handler } from "../api.ts";
import { batchOf } from "../read/visible-batch.ts";

/** `POST /v1/batches/{id}/cancel` */
export const postCancel =
  (ports: FoldPorts): Handler<"POST /v1/batches/{id}/cancel"> =>
  async (request) => {
    const asked = cancelRequestSchema.safeParse(request.body);
    if (!asked.success)
      return problem(
        "invalid_input",
        'expected {"mode": "drain" | "abort"}',
        faultsOf(asked.error, cancelRequestSchema),
      );
    const lookup = await batchOf(ports.store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const { batch } = lookup;
    const result = await cancelBatch(batch, asked.data.mode, ports);
    if (result.kind === "ended") return problem("conflict", "the batch has ended already");
    const { progress, control } = result;
    const [cost, latch] = await Promise.all([
      readCost(ports.store, { batch, progress }, ports.clock.nowMs()),
      readLatch(ports.store),
    ]);
    return { status: 202, body: batchView(batch, { progress, control, snapshot: null, latch, cost }) };
  };
