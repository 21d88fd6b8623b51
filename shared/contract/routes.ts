/**
 * Every route of the API, once. What is served, what is refused with 405 and its `Allow`, what `GET /v1` lists, and
 * what the deploy makes of it (serverless/stage.ts) goes by this table.
 */
import { z } from "zod";
import type { Scope } from "./batch-records.ts";
import {
  audioQuerySchema,
  batchListQuerySchema,
  batchQuerySchema,
  decisionListQuerySchema,
  itemPageQuerySchema,
  dryRunQuerySchema,
  usageQuerySchema,
} from "./queries.ts";

/** The functions behind the API: each has the rights of what it does. Every GET is `read`'s. */
export type Server = "read" | "submit" | "operate";
export const routeMethods = ["GET", "POST"] as const;

interface RouteTerms {
  readonly servedBy: Server;
  /** Null: anyone may ask. */
  readonly scope: Scope | null;
  /** A parameter that is not in it is refused. */
  readonly query: z.ZodType<Readonly<Record<string, unknown>>>;
  readonly does: string;
}

const noQuery = z.strictObject({});
const reads = { servedBy: "read", scope: "read", query: noQuery } as const;
const submits = { servedBy: "submit", scope: "submit", query: noQuery } as const;
const operates = { servedBy: "operate", scope: "operate", query: noQuery } as const;

/** By route key of the HTTP API, payload 2.0. */
export const routes = {
  "GET /v1": { ...reads, scope: null, does: "lists the routes" },
  "POST /v1/batches": {
    ...submits,
    query: dryRunQuerySchema,
    does: "takes a batch; dry_run=true only estimates it",
  },
  "GET /v1/batches": { ...reads, query: batchListQuerySchema, does: "lists your batches, the newest first" },
  "GET /v1/batches/{id}": {
    ...reads,
    query: batchQuerySchema,
    does: "shows a batch; wait=25 waits for a change",
  },
  "POST /v1/batches/{id}/budget": { ...submits, does: "changes what a batch may cost" },
  "POST /v1/batches/{id}/cancel": { ...submits, does: "cancels what is not done of a batch" },
  "GET /v1/batches/{id}/items": {
    ...reads,
    query: itemPageQuerySchema,
    does: "lists its items and their state",
  },
  "GET /v1/batches/{id}/results": {
    ...reads,
    query: itemPageQuerySchema,
    does: "gives its results, a line each",
  },
  "POST /v1/estimates": { ...submits, does: "estimates what a batch would cost and how long it would take" },
  "GET /v1/items/{id}": { ...reads, does: "shows an item and its result" },
  "GET /v1/items/{id}/audio": {
    ...reads,
    query: audioQuerySchema,
    does: "leads to the clip; redirect=false gives its address as JSON",
  },
  "GET /v1/models": { ...reads, does: "lists the models" },
  "GET /v1/usage": {
    ...reads,
    query: usageQuerySchema,
    does: "tells what was spent, by day, model and batch",
  },
  "GET /v1/capacity": { ...reads, does: "shows the machines, the queues and what holds launches" },
  "GET /v1/decisions": {
    ...reads,
    query: decisionListQuerySchema,
    does: "lists what the launcher decided, and why",
  },
  "POST /v1/launch": {
    ...operates,
    query: dryRunQuerySchema,
    does: "looks for work now; dry_run=true only plans",
  },
  "POST /v1/stop": { ...operates, does: "stops everything" },
  "GET /v1/stop": { ...reads, scope: "operate", does: "shows the last stop and its proof" },
  "POST /v1/start": { ...operates, does: "starts the service again after a stop" },
  "GET /healthz": { ...reads, scope: null, does: "answers that the API answers" },
} as const satisfies Readonly<Record<string, RouteTerms>>;

export type RouteKey = keyof typeof routes;
export const routeKeys = Object.keys(routes) as readonly RouteKey[];
export type RoutesServedBy<S extends Server> = {
  [K in RouteKey]: (typeof routes)[K]["servedBy"] extends S ? K : never;
}[RouteKey];
export type QueryOf<K extends RouteKey> = z.output<(typeof routes)[K]["query"]>;

/** What a request leads to. */
export type Resolution =
  | {
      readonly kind: "route";
      readonly key: string;
      readonly params: Readonly<Record<string, string>>;
    }
  | { readonly kind: "method_not_allowed"; readonly allow: readonly string[] }
  | { readonly kind: "unknown" };

/** @param path a slash at its end changes nothing; @param keys `METHOD /path/{parameter}` */
export function resolveRoute(method: string, path: string, keys: readonly string[]): Resolution {
  const matches = keys.flatMap((key) => {
    const [known = "", pattern = ""] = key.split(" ");
    const params = paramsIn(path, pattern);
    return params === null ? [] : [{ key, method: known, params }];
  });
  if (matches.length === 0) return { kind: "unknown" };
  const match = matches.find((one) => one.method === (method === "HEAD" ? "GET" : method));
  if (match !== undefined) return { kind: "route", key: match.key, params: match.params };
  const allow = matches.flatMap((one) => (one.method === "GET" ? ["GET", "HEAD"] : [one.method]));
  return { kind: "method_not_allowed", allow };
}

export const withoutTrailingSlash = (path: string): string => path.replace(/(?<=.)\/+$/, "");

/** @returns null when the path is not of that pattern. */
function paramsIn(path: string, pattern: string): Readonly<Record<string, string>> | null {
  const [given, expected] = [withoutTrailingSlash(path).split("/"), pattern.split("/")];
  if (given.length !== expected.length) return null;
  const params: Record<string, string> = {};
  for (const [place, part] of expected.entries()) {
    const segment = given[place] ?? "";
    if (part.startsWith("{") && segment !== "") params[part.slice(1, -1)] = segment;
    else if (part !== segment) return null;
  }
  return params;
}
