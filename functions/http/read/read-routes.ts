/** The routes of the read function. */
import type { WatchPorts } from "../../../shared/batch/views/watch.ts";
import type { StageConfig } from "../../../shared/config.ts";
import type { CapacityPorts } from "../../../shared/fleet/machines/capacity.ts";
import type { PricePorts } from "../../../shared/fleet/pools/prices-view.ts";
import { stopView } from "../../../shared/fleet/stop/stop.ts";
import { serves, type Routes } from "../api.ts";
import { getAudit } from "../audit/list-audit.ts";
import { getAudio } from "./get-audio.ts";
import { getBatch } from "./get-batch.ts";
import { getCapacity } from "./get-capacity.ts";
import { getItem } from "./get-item.ts";
import { getPrices } from "./get-prices.ts";
import { getDocs } from "../about/get-docs.ts";
import { getOpenApi } from "../about/get-openapi.ts";
import { getStage } from "../about/get-stage.ts";
import { getUsage } from "./get-usage.ts";
import { health } from "../about/health.ts";
import { getKeys } from "../keys/list-keys.ts";
import { getBatches } from "./list-batches.ts";
import { getDecisions } from "./list-decisions.ts";
import { getEvents } from "./list-events.ts";
import { getItems } from "./list-items.ts";
import { getModels } from "./list-models.ts";
import { getStates } from "./results/get-states.ts";
import { getResults } from "./results/list-results.ts";
import { getRoutes } from "../about/list-routes.ts";
import { getDeliveries, getWebhook, getWebhooks } from "../webhooks/read-webhooks.ts";

/** All routes that only read. */
export const readRoutes = (ports: WatchPorts & CapacityPorts & PricePorts, settings: StageConfig): Routes =>
  serves<"read">(ports, {
    "GET /v1": getRoutes,
    "GET /v1/batches": getBatches(ports),
    "GET /v1/batches/{id}": getBatch(ports, settings),
    "GET /v1/batches/{id}/events": getEvents(ports),
    "GET /v1/batches/{id}/items": getItems(ports),
    "GET /v1/batches/{id}/states": getStates(ports),
    "GET /v1/batches/{id}/results": getResults(ports, settings),
    "GET /v1/items/{id}": getItem(ports, settings),
    "GET /v1/items/{id}/audio": getAudio(ports),
    "GET /v1/models": getModels(settings),
    "GET /v1/usage": getUsage(ports, settings),
    "GET /v1/capacity": getCapacity(ports, settings),
    "GET /v1/decisions": getDecisions(ports),
    "GET /v1/prices": getPrices(ports, settings),
    "GET /v1/stage": getStage(settings),
    "GET /v1/stop": async () => ({ status: 200, body: await stopView(ports.store) }),
    "GET /v1/keys": getKeys(ports),
    "GET /v1/audit": getAudit(ports),
    "GET /v1/webhooks": getWebhooks(ports),
    "GET /v1/webhooks/{id}": getWebhook(ports),
    "GET /v1/webhooks/{id}/deliveries": getDeliveries(ports),
    "GET /healthz": health,
    "GET /openapi.json": getOpenApi,
    "GET /docs": getDocs,
  });
