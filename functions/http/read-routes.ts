import type { WatchPorts } from "../../shared/batch/watch.ts";
import type { StageConfig } from "../../shared/config.ts";
import type { CapacityPorts } from "../../shared/fleet/capacity.ts";
import type { Route } from "./api.ts";
import { getAudioRoute } from "./get-audio.ts";
import { getBatchRoute } from "./get-batch.ts";
import { getCapacityRoute } from "./get-capacity.ts";
import { getItemRoute } from "./get-item.ts";
import { getUsageRoute } from "./get-usage.ts";
import { healthRoute } from "./health.ts";
import { listBatchesRoute } from "./list-batches.ts";
import { listDecisionsRoute } from "./list-decisions.ts";
import { listItemsRoute } from "./list-items.ts";
import { listModelsRoute } from "./list-models.ts";
import { listResultsRoute } from "./list-results.ts";

/** Everything that only reads. */
export const readRoutes = (
  ports: WatchPorts & CapacityPorts,
  settings: StageConfig,
): Readonly<Record<string, Route>> => ({
  "GET /v1/batches": listBatchesRoute(ports),
  "GET /v1/batches/{id}": getBatchRoute(ports),
  "GET /v1/batches/{id}/items": listItemsRoute(ports),
  "GET /v1/batches/{id}/results": listResultsRoute(ports),
  "GET /v1/items/{id}": getItemRoute(ports),
  "GET /v1/items/{id}/audio": getAudioRoute(ports),
  "GET /v1/models": listModelsRoute(settings),
  "GET /v1/usage": getUsageRoute(ports),
  "GET /v1/capacity": getCapacityRoute(ports, settings),
  "GET /v1/decisions": listDecisionsRoute(ports),
  "GET /healthz": healthRoute,
});
