/**
 * How many requests a second API Gateway accepts on each route. Each route has its own limit, so the sum of all limits
 * bounds the cost of a stolen key, or of requests without a key (tests/unit/serverless/api-cost.test.ts: 11 USD a day
 * without a key, 200 with a key that may do everything). The gateway applies the limits on a best-effort basis.
 */
import type { PageKey, RouteKey } from "../../shared/contract/api/routes.ts";

interface RouteLimit {
  readonly perSecond: number;
  /** How many may come at once. */
  readonly burst: number;
}

const seldom: RouteLimit = { perSecond: 2, burst: 20 };
/** Who reads it needs it once. */
const onceAReader: RouteLimit = { perSecond: 0.5, burst: 20 };

export const routeLimits: Readonly<Record<RouteKey | PageKey | "$default", RouteLimit>> = {
  // Each takes hundreds of reads, or answers with as many megabytes as an answer may have.
  "GET /v1/batches": { perSecond: 1, burst: 10 },
  "GET /v1/batches/{id}/items": { perSecond: 2, burst: 10 },
  "GET /v1/batches/{id}/events": { perSecond: 0.5, burst: 10 },
  "GET /v1/batches/{id}/states": { perSecond: 0.5, burst: 20 },
  "GET /v1/batches/{id}/results": { perSecond: 2, burst: 10 },
  "GET /v1/usage": { perSecond: 0.5, burst: 10 },
  "GET /v1/decisions": { perSecond: 1, burst: 20 },
  // May wait for 25 s.
  "GET /v1/batches/{id}": { perSecond: 2, burst: 100 },
  "POST /v1/batches": { perSecond: 2, burst: 20 },
  // Each may become a batch of 50,000 items.
  "POST /v1/uploads": { perSecond: 0.02, burst: 20 },
  "POST /v1/batches/{id}/retry": { perSecond: 0.2, burst: 20 },
  "DELETE /v1/batches/{id}": { perSecond: 0.5, burst: 50 },
  // Writes a record for each item that is not done, 1,000 at most; the reconciler writes the rest.
  "POST /v1/batches/{id}/cancel": { perSecond: 0.05, burst: 50 },
  "POST /v1/items/{id}/cancel": { perSecond: 0.5, burst: 50 },
  // Called once for each clip of a batch.
  "GET /v1/items/{id}/audio": { perSecond: 10, burst: 100 },
  // Also used by HEAD requests and by paths that end with a slash.
  $default: { perSecond: 5, burst: 20 },
  "GET /v1/items/{id}": { perSecond: 5, burst: 50 },
  "GET /v1": onceAReader,
  "GET /healthz": seldom,
  "GET /openapi.json": onceAReader,
  "GET /docs": onceAReader,
  // A browser that opens the dashboard for the first time asks for some ten files at once, and keeps them.
  "ANY /": onceAReader,
  "ANY /assets/{name}": { perSecond: 1, burst: 100 },
  "GET /v1/models": seldom,
  "GET /v1/stage": { perSecond: 0.2, burst: 20 },
  "GET /v1/capacity": seldom,
  "GET /v1/stop": seldom,
  // Asks EC2, which takes so many requests of an account.
  "GET /v1/prices": { perSecond: 0.5, burst: 10 },
  "POST /v1/batches/{id}/budget": { perSecond: 1, burst: 20 },
  "POST /v1/estimates": seldom,
  // Reads as much as a tick of the launcher.
  "POST /v1/launch": { perSecond: 0.5, burst: 10 },
  "POST /v1/start": { perSecond: 0.5, burst: 10 },
  "POST /v1/stop": { perSecond: 1, burst: 20 },
  "GET /v1/keys": { perSecond: 0.5, burst: 10 },
  "POST /v1/keys": { perSecond: 0.1, burst: 10 },
  "DELETE /v1/keys/{id}": { perSecond: 0.2, burst: 20 },
  // Looks through thousands of names for those that are asked for.
  "GET /v1/audit": { perSecond: 0.2, burst: 10 },
  "GET /v1/webhooks": { perSecond: 0.2, burst: 10 },
  "POST /v1/webhooks": { perSecond: 0.1, burst: 10 },
  "GET /v1/webhooks/{id}": { perSecond: 0.2, burst: 10 },
  "PATCH /v1/webhooks/{id}": { perSecond: 0.1, burst: 10 },
  "DELETE /v1/webhooks/{id}": { perSecond: 0.1, burst: 20 },
  "POST /v1/webhooks/{id}/test": { perSecond: 0.05, burst: 10 },
  "POST /v1/webhooks/{id}/rotate": { perSecond: 0.1, burst: 10 },
  "POST /v1/webhooks/{id}/redeliver": { perSecond: 0.1, burst: 20 },
  "GET /v1/webhooks/{id}/deliveries": { perSecond: 0.2, burst: 20 },
};

/** Settings of the API's stage, in addition to those that osls makes. */
export const httpApiStage = {
  // API Gateway refuses a limit for a route that does not exist yet.
  DependsOn: Object.keys(routeLimits).map(routeResource),
  Properties: {
    // For routes without a limit of their own.
    DefaultRouteSettings: settingsOf({ perSecond: 10, burst: 20 }),
    RouteSettings: Object.fromEntries(
      Object.entries(routeLimits).map(([key, limit]) => [key, settingsOf(limit)]),
    ),
  },
};

function settingsOf({ perSecond, burst }: RouteLimit) {
  return { ThrottlingRateLimit: perSecond, ThrottlingBurstLimit: burst };
}

/** The resource name that osls makes: `GET /v1/items/{id}` becomes `HttpApiRouteGetV1ItemsIdVar`. */
function routeResource(key: string): string {
  const words = key.toLowerCase().split("/");
  const parts = words.map((word) => word.replace(/\{(.*)\}/, "$1Var").replace(/[^0-9a-zA-Z]/g, ""));
  return `HttpApiRoute${parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("")}`;
}
