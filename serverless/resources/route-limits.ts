/**
 * How many requests a second API Gateway lets through, by route: each route has its limit to itself, so that what a
 * stolen key, or none, can cost is their sum (tests/unit/serverless/api-cost.test.ts: 11 USD a day without a key,
 * 200 with one that may do everything). The gateway holds them on a best-effort basis.
 */
import type { RouteKey } from "../../shared/contract/api/routes.ts";

interface RouteLimit {
  readonly perSecond: number;
  /** So many may come at once. */
  readonly burst: number;
}

const seldom: RouteLimit = { perSecond: 2, burst: 20 };

export const routeLimits: Readonly<Record<RouteKey | "$default", RouteLimit>> = {
  // Hundreds of reads each, or as many megabytes as an answer may have.
  "GET /v1/batches": { perSecond: 1, burst: 10 },
  "GET /v1/batches/{id}/items": { perSecond: 2, burst: 10 },
  "GET /v1/batches/{id}/events": { perSecond: 0.5, burst: 10 },
  "GET /v1/batches/{id}/results": { perSecond: 2, burst: 10 },
  "GET /v1/usage": { perSecond: 0.5, burst: 10 },
  "GET /v1/decisions": { perSecond: 1, burst: 20 },
  // It may wait for 25 s.
  "GET /v1/batches/{id}": { perSecond: 2, burst: 100 },
  "POST /v1/batches": { perSecond: 2, burst: 20 },
  "POST /v1/batches/{id}/retry": { perSecond: 0.2, burst: 20 },
  "DELETE /v1/batches/{id}": { perSecond: 0.5, burst: 50 },
  // It writes a record for each item that is not done.
  "POST /v1/batches/{id}/cancel": { perSecond: 0.1, burst: 50 },
  "POST /v1/items/{id}/cancel": { perSecond: 0.5, burst: 50 },
  // Once for each clip of a batch.
  "GET /v1/items/{id}/audio": { perSecond: 10, burst: 100 },
  // HEAD, and what a slash ends, come by it too.
  $default: { perSecond: 5, burst: 20 },
  "GET /v1/items/{id}": { perSecond: 5, burst: 50 },
  "GET /v1": seldom,
  "GET /healthz": seldom,
  "GET /openapi.json": seldom,
  "GET /v1/models": seldom,
  "GET /v1/capacity": seldom,
  "GET /v1/stop": seldom,
  "POST /v1/batches/{id}/budget": seldom,
  "POST /v1/estimates": seldom,
  // It reads all that a tick of the launcher reads.
  "POST /v1/launch": { perSecond: 1, burst: 10 },
  "POST /v1/start": { perSecond: 1, burst: 10 },
  "POST /v1/stop": { perSecond: 1, burst: 20 },
  "GET /v1/keys": { perSecond: 0.5, burst: 10 },
  "POST /v1/keys": { perSecond: 0.1, burst: 10 },
  "DELETE /v1/keys/{id}": { perSecond: 0.5, burst: 20 },
};

/** What the stage of the API gets on top of what osls makes of it. */
export const httpApiStage = {
  // API Gateway refuses a limit for a route that is not there yet.
  DependsOn: Object.keys(routeLimits).map(routeResource),
  Properties: {
    // For a route that has no limit of its own.
    DefaultRouteSettings: settingsOf({ perSecond: 10, burst: 20 }),
    RouteSettings: Object.fromEntries(
      Object.entries(routeLimits).map(([key, limit]) => [key, settingsOf(limit)]),
    ),
  },
};

function settingsOf({ perSecond, burst }: RouteLimit) {
  return { ThrottlingRateLimit: perSecond, ThrottlingBurstLimit: burst };
}

/** As osls names it: `GET /v1/items/{id}` is `HttpApiRouteGetV1ItemsIdVar`. */
function routeResource(key: string): string {
  const words = key.toLowerCase().split("/");
  const parts = words.map((word) => word.replace(/\{(.*)\}/, "$1Var").replace(/[^0-9a-zA-Z]/g, ""));
  return `HttpApiRoute${parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("")}`;
}
