/** Changes a batch's budget. */
import { readCost } from "../../../shared/billing/receipts/batch-cost.ts";
import { batchView } from "../../../shared/batch/views/batch-view.ts";
import { setMaxCost } from "../../../shared/batch/orders/max-cost.ts";
import type { SubmitPorts } from "../../../shared/batch/submit/take-batch.ts";
import { faultsOf } from "../../../shared/contract/api/problem.ts";
import { budgetRequestSchema } from "../../../shared/contract/api/queries.ts";
import { wakeLauncher } from "../../../shared/fleet/launch/wake-launcher.ts";
import { readLatch } from "../../../shared/interlock/latch.ts";
import { problem, type Handler } from "../api.ts";
import { batchOf } from "../read/visible-batch.ts";

/** `POST /v1/batches/{id}/budget`: sets what the batch may cost from now on, and wakes the launcher. */
export const postBudget =
  (ports: SubmitPorts): Handler<"POST /v1/batches/{id}/budget"> =>
  async (request) => {
    const asked = budgetRequestSchema.safeParse(request.body);
    if (!asked.success)
      return problem(
        "invalid_input",
        'expected {"max_cost_usd": "<USD>"}',
        faultsOf(asked.error, budgetRequestSchema),
      );
    const lookup = await batchOf(ports.store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const { batch } = lookup;
    const result = await setMaxCost(batch, asked.data.max_cost_usd, ports);
    if (result.kind === "ended") return problem("conflict", "the batch has ended already");
    await wakeLauncher(ports);
    const { progress, control } = result;
    const [cost, latch] = await Promise.all([
      readCost(ports.store, { batch, progress }, ports.clock.nowMs()),
      readLatch(ports.store),
    ]);
    return { status: 200, body: batchView(batch, { progress, control, snapshot: null, latch, cost }) };
  };
