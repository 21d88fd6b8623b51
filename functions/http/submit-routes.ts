import type { SubmitPorts } from "../../shared/batch/submit.ts";
import type { StageConfig } from "../../shared/config.ts";
import type { Route } from "./api.ts";
import { cancelBatchRoute } from "./cancel-batch.ts";
import { setBudgetRoute } from "./set-budget.ts";
import { estimateRoute, submitBatchRoute } from "./submit-batch.ts";

/** What makes work, and what ends it. */
export const submitRoutes = (ports: SubmitPorts, settings: StageConfig): Readonly<Record<string, Route>> => ({
  "POST /v1/batches": submitBatchRoute(ports, settings),
  "POST /v1/estimates": estimateRoute(ports, settings),
  "POST /v1/batches/{id}/budget": setBudgetRoute(ports),
  "POST /v1/batches/{id}/cancel": cancelBatchRoute(ports),
});
