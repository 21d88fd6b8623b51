/** Changes a batch's budget. */
import { setMaxCost } from "../../../shared/batch/orders/max-cost.ts";
import type { SubmitPorts } from "../../../shared/batch/submit/take-batch.ts";
import { budgetRequestSchema } from "../../../shared/contract/api/queries.ts";
import { wakeLauncher } from "../../../shared/interlock/wake-launcher.ts";
import { parsedBody } from "../parsed-body.ts";
import { problem, type Handler } from "../api.ts";
import { batchOf } from "../read/visible-batch.ts";
import { changedBatch } from "./changed-batch.ts";

/** `POST /v1/batches/{id}/budget`: sets what the batch may cost from now on, and wakes the launcher. */
export const postBudget =
  (ports: SubmitPorts): Handler<"POST /v1/batches/{id}/budget"> =>
  async (request) => {
    const asked = parsedBody(budgetRequestSchema, request.body, '{"max_cost_usd": "<USD>"}');
    if (asked.kind === "refused") return asked.response;
    const lookup = await batchOf(ports.store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const { batch } = lookup;
    const result = await setMaxCost(batch, asked.value.max_cost_usd, ports);
    if (result.kind === "ended") return problem("conflict", "the batch has ended already");
    await wakeLauncher(ports);
    return { status: 200, body: await changedBatch(ports, batch, result) };
  };
