/**
 * Every route of the API, once. What is served, what is refused with 405 and its `Allow`, what `GET /v1` lists, and
 * what the deploy makes of it (serverless/stage.ts) goes by this table.
 */
import * as z from "zod";
import {
  audioLinkViewSchema,
  batchCheckViewSchema,
  batchViewSchema,
  capacityViewSchema,
  deletedBatchViewSchema,
  eventViewSchema,
  healthViewSchema,
  itemStatesViewSchema,
  itemSummarySchema,
  itemViewSchema,
  launchViewSchema,
  modelViewSchema,
  pageSchema,
  pricesViewSchema,
  resultViewSchema,
  routeViewSchema,
  stageViewSchema,
  startViewSchema,
  stopViewSchema,
  uploadViewSchema,
  usageViewSchema,
} from "./api.ts";
import { type AuditAction, auditRecordSchema } from "../records/audit-records.ts";
import type { Scope } from "../records/batch-records.ts";
import {
  batchRequestSchema,
  totalsRequestSchema,
  uploadedBatchRequestSchema,
  uploadRequestSchema,
} from "./batch-request.ts";
import { decisionRecordSchema } from "../records/fleet-records.ts";
import { createdKeyViewSchema, keyRequestSchema, keyViewSchema } from "./api-key.ts";
import type { ProblemCode } from "./problem.ts";
import {
  deletedWebhookViewSchema,
  deliveryQueuedViewSchema,
  deliveryViewSchema,
  redeliverRequestSchema,
  webhookChangeSchema,
  webhookRequestSchema,
  webhookViewSchema,
  webhookWithSecretViewSchema,
} from "./webhooks.ts";
import {
  audioQuerySchema,
  auditListQuerySchema,
  batchListQuerySchema,
  batchQuerySchema,
  budgetRequestSchema,
  cancelRequestSchema,
  decisionListQuerySchema,
  deliveryListQuerySchema,
  eventListQuerySchema,
  dryRunQuerySchema,
  itemPageQuerySchema,
  keyListQuerySchema,
  pricesQuerySchema,
  resultPageQuerySchema,
  retryRequestSchema,
  usageQuerySchema,
} from "./queries.ts";

/** The functions behind the API: each has the rights of what it does. Every GET is `read`'s. */
export type ApiFunction = "read" | "submit" | "operate";

export interface RouteTerms {
  /** What a client calls it. */
  readonly name: string;
  readonly does: string;
  readonly servedBy: ApiFunction;
  /** Null: anyone may ask. */
  readonly scope: Scope | null;
  /** Its record in the audit says who asked, and what came of it. */
  readonly act?: AuditAction;
  /** A parameter that is not in it is refused. */
  readonly query?: z.ZodType<Readonly<Record<string, unknown>>>;
  readonly body?: z.ZodType;
  readonly bodyMayBeAbsent?: true;
  /** By status; null: an answer without a body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** `lines`: an answer is so many JSON texts, a line each. `page`: it is HTML. */
  readonly form?: "lines" | "page";
  /** What a client may ask for in place of JSON. */
  readonly alsoAs?: "text/csv";
  /** Beside those that follow from its scope, path, query and body. */
  readonly problems?: readonly ProblemCode[];
}

const reads = { servedBy: "read", scope: "read" } as const;
const submits = { servedBy: "submit", scope: "submit" } as const;
const operates = { servedBy: "operate", scope: "operate" } as const;

/** By route key of the HTTP API, payload 2.0. */
export const routes = {
  "GET /v1": {
    ...reads,
    scope: null,
    name: "listRoutes",
    does: "lists the routes",
    answers: { 200: pageSchema(routeViewSchema) },
  },
  "POST /v1/batches": {
    ...submits,
    name: "submitBatch",
    does: "submits a batch; dry_run=true only estimates it",
    query: dryRunQuerySchema,
    body: z.union([batchRequestSchema, uploadedBatchRequestSchema]),
    answers: { 202: batchViewSchema, 200: batchCheckViewSchema },
    problems: ["not_found", "conflict", "queue_full", "too_many_batches", "stopped"],
  },
  "POST /v1/uploads": {
    ...submits,
    name: "createUpload",
    does: "gives a URL to which a file is sent: up to 50,000 items as JSON Lines, or audio to continue",
    body: uploadRequestSchema,
    answers: { 201: uploadViewSchema },
    problems: ["conflict"],
  },
  "GET /v1/batches": {
    ...reads,
    name: "listBatches",
    does: "lists your batches, the newest first",
    query: batchListQuerySchema,
    answers: { 200: pageSchema(batchViewSchema) },
  },
  "GET /v1/batches/{id}": {
    ...reads,
    name: "getBatch",
    does: "shows a batch; with wait=25 and If-None-Match, waits until it has changed",
    query: batchQuerySchema,
    answers: { 200: batchViewSchema, 304: null },
  },
  "DELETE /v1/batches/{id}": {
    ...submits,
    name: "deleteBatch",
    act: "batch.delete",
    does: "deletes a batch that has ended, with its clips",
    answers: { 202: deletedBatchViewSchema },
    problems: ["conflict"],
  },
  "POST /v1/batches/{id}/budget": {
    ...submits,
    name: "setBatchBudget",
    act: "batch.budget",
    does: "changes what a batch may cost",
    body: budgetRequestSchema,
    answers: { 200: batchViewSchema },
    problems: ["conflict"],
  },
  "POST /v1/batches/{id}/cancel": {
    ...submits,
    name: "cancelBatch",
    act: "batch.cancel",
    does: "cancels the unfinished items of a batch",
    body: cancelRequestSchema,
    answers: { 202: batchViewSchema },
    problems: ["conflict"],
  },
  "POST /v1/batches/{id}/retry": {
    ...submits,
    name: "retryBatch",
    act: "batch.retry",
    does: "makes a new batch of the items that did not succeed, with the same prompts, seeds and parameters",
    body: retryRequestSchema,
    bodyMayBeAbsent: true,
    answers: { 202: batchViewSchema },
    problems: ["conflict", "queue_full", "too_many_batches", "stopped"],
  },
  "GET /v1/batches/{id}/items": {
    ...reads,
    name: "listItems",
    does: "lists its items and their state",
    query: itemPageQuerySchema,
    answers: { 200: pageSchema(itemSummarySchema) },
  },
  "GET /v1/batches/{id}/states": {
    ...reads,
    name: "getStates",
    does: "shows the state of every item, a letter each",
    answers: { 200: itemStatesViewSchema, 304: null },
  },
  "GET /v1/batches/{id}/results": {
    ...reads,
    name: "listResults",
    does: "lists its results as JSON lines or CSV; the header Link has the next page",
    query: resultPageQuerySchema,
    answers: { 200: resultViewSchema },
    form: "lines",
    alsoAs: "text/csv",
  },
  "GET /v1/batches/{id}/events": {
    ...reads,
    name: "listEvents",
    does: "lists what happened to a batch and its items, oldest first",
    query: eventListQuerySchema,
    answers: { 200: pageSchema(eventViewSchema) },
  },
  "POST /v1/estimates": {
    ...submits,
    name: "estimateBatch",
    does: "estimates what a batch would cost and how long it would take, of its items or of their totals",
    body: z.union([batchRequestSchema, totalsRequestSchema]),
    answers: { 200: batchCheckViewSchema },
  },
  "GET /v1/items/{id}": {
    ...reads,
    name: "getItem",
    does: "shows an item and its result",
    answers: { 200: itemViewSchema },
  },
  "POST /v1/items/{id}/cancel": {
    ...submits,
    name: "cancelItem",
    act: "item.cancel",
    does: "cancels an item: a queued one at once, a running one at its next step",
    answers: { 202: itemViewSchema },
    problems: ["conflict"],
  },
  "GET /v1/items/{id}/audio": {
    ...reads,
    name: "getAudio",
    does: "redirects to the clip; redirect=false gives its address as JSON",
    query: audioQuerySchema,
    answers: { 302: null, 200: audioLinkViewSchema },
    problems: ["not_ready", "conflict"],
  },
  "GET /v1/models": {
    ...reads,
    name: "listModels",
    does: "lists the models",
    answers: { 200: pageSchema(modelViewSchema) },
  },
  "GET /v1/usage": {
    ...reads,
    name: "getUsage",
    does: "shows what was spent, by day, model and batch",
    query: usageQuerySchema,
    answers: { 200: usageViewSchema },
  },
  "GET /v1/capacity": {
    ...reads,
    name: "getCapacity",
    does: "shows the machines, the queues and what holds launches",
    answers: { 200: capacityViewSchema },
  },
  "GET /v1/decisions": {
    ...reads,
    name: "listDecisions",
    does: "lists what the launcher decided, and why",
    query: decisionListQuerySchema,
    answers: { 200: pageSchema(decisionRecordSchema) },
  },
  "GET /v1/stage": {
    ...reads,
    name: "getStage",
    does: "shows what your key may do, and the limits and budgets of the stage",
    answers: { 200: stageViewSchema },
  },
  "GET /v1/prices": {
    ...reads,
    name: "getPrices",
    does: "shows the spot price by zone, and its changes of the last hours",
    query: pricesQuerySchema,
    answers: { 200: pricesViewSchema },
  },
  "POST /v1/launch": {
    ...operates,
    name: "launch",
    act: "launch",
    does: "looks for work now; dry_run=true only plans",
    query: dryRunQuerySchema,
    answers: { 202: launchViewSchema, 200: decisionRecordSchema },
  },
  "POST /v1/stop": {
    ...operates,
    name: "stop",
    act: "stop",
    does: "stops everything",
    answers: { 202: stopViewSchema },
  },
  "GET /v1/stop": {
    ...reads,
    scope: "operate",
    name: "getStop",
    does: "shows the last stop and its proof",
    answers: { 200: stopViewSchema },
  },
  "POST /v1/start": {
    ...operates,
    name: "start",
    act: "start",
    does: "starts the service again after a stop",
    answers: { 200: startViewSchema },
  },
  "GET /v1/keys": {
    ...reads,
    scope: "operate",
    name: "listKeys",
    does: "lists the API keys, never the keys themselves",
    query: keyListQuerySchema,
    answers: { 200: pageSchema(keyViewSchema) },
  },
  "POST /v1/keys": {
    ...operates,
    name: "createKey",
    act: "key.create",
    does: "makes an API key; no later answer shows it again",
    body: keyRequestSchema,
    answers: { 201: createdKeyViewSchema },
  },
  "DELETE /v1/keys/{id}": {
    ...operates,
    name: "revokeKey",
    act: "key.revoke",
    does: "revokes an API key; it stops working within 30 s",
    answers: { 200: keyViewSchema },
  },
  "GET /v1/audit": {
    ...reads,
    scope: "operate",
    name: "listAudit",
    does: "lists who did what to the stage, the newest first",
    query: auditListQuerySchema,
    answers: { 200: pageSchema(auditRecordSchema) },
  },
  "GET /v1/webhooks": {
    ...reads,
    name: "listWebhooks",
    does: "lists your webhook endpoints",
    answers: { 200: pageSchema(webhookViewSchema) },
  },
  "POST /v1/webhooks": {
    ...submits,
    name: "createWebhook",
    act: "webhook.create",
    does: "makes a webhook endpoint; this answer alone shows its secret",
    body: webhookRequestSchema,
    answers: { 201: webhookWithSecretViewSchema },
    problems: ["conflict"],
  },
  "GET /v1/webhooks/{id}": {
    ...reads,
    name: "getWebhook",
    does: "shows a webhook endpoint",
    answers: { 200: webhookViewSchema },
  },
  "PATCH /v1/webhooks/{id}": {
    ...submits,
    name: "changeWebhook",
    act: "webhook.change",
    does: "changes a webhook endpoint, disables it or enables it again",
    body: webhookChangeSchema,
    answers: { 200: webhookViewSchema },
  },
  "DELETE /v1/webhooks/{id}": {
    ...submits,
    name: "deleteWebhook",
    act: "webhook.delete",
    does: "deletes a webhook endpoint; what was still to be sent to it is dropped",
    answers: { 200: deletedWebhookViewSchema },
  },
  "POST /v1/webhooks/{id}/test": {
    ...submits,
    name: "testWebhook",
    does: "sends a test event to a webhook endpoint",
    answers: { 202: deliveryQueuedViewSchema },
    problems: ["conflict"],
  },
  "POST /v1/webhooks/{id}/rotate": {
    ...submits,
    name: "rotateWebhookSecret",
    act: "webhook.rotate",
    does: "makes a new secret, which this answer alone shows; the old one signs too for a day",
    answers: { 200: webhookWithSecretViewSchema },
  },
  "GET /v1/webhooks/{id}/deliveries": {
    ...reads,
    name: "listDeliveries",
    does: "lists the attempts to deliver events of the last 30 days, the newest first",
    query: deliveryListQuerySchema,
    answers: { 200: pageSchema(deliveryViewSchema) },
  },
  "POST /v1/webhooks/{id}/redeliver": {
    ...submits,
    name: "redeliver",
    does: "sends the event of an earlier attempt again",
    body: redeliverRequestSchema,
    answers: { 202: deliveryQueuedViewSchema },
    problems: ["conflict"],
  },
  "GET /healthz": {
    ...reads,
    scope: null,
    name: "checkHealth",
    does: "says that the API is up",
    answers: { 200: healthViewSchema },
  },
  "GET /openapi.json": {
    ...reads,
    scope: null,
    name: "getOpenApi",
    does: "describes the API as OpenAPI 3.1",
    answers: { 200: z.looseObject({}) },
  },
  "GET /docs": {
    ...reads,
    scope: null,
    name: "getDocs",
    does: "describes the API for people",
    answers: { 200: z.string() },
    form: "page",
  },
} as const satisfies Readonly<Record<string, RouteTerms>>;

const noQuery = z.strictObject({});
/** What a route's query may hold. */
export const querySchemaOf = (key: RouteKey): NonNullable<RouteTerms["query"]> =>
  (routes[key] as RouteTerms).query ?? noQuery;

/** What the dashboard is served at. */
export const pagePaths = ["/", "/assets/{name}"] as const;
/** The gateway's keys of all methods of those. */
export type PageKey = `ANY ${(typeof pagePaths)[number]}`;

export type RouteKey = keyof typeof routes;
export const routeKeys = Object.keys(routes) as readonly RouteKey[];
export type RoutesServedBy<S extends ApiFunction> = {
  [K in RouteKey]: (typeof routes)[K]["servedBy"] extends S ? K : never;
}[RouteKey];
export type QueryOf<K extends RouteKey> = (typeof routes)[K] extends {
  readonly query: infer Q extends z.ZodType;
}
  ? z.output<Q>
  : Readonly<Record<string, never>>;

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
