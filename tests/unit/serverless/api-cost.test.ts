/** What the API can cost in a day when every route is asked as often as its limit lets, without a key and with one. */
import { expect, test } from "vitest";
import { closedInARequest } from "../../../shared/batch/progress/close-items.ts";
import { closedInARun } from "../../../shared/batch/reconcile/reconcile.ts";
import { mostADay } from "../../../shared/batch/submit/day-limits.ts";
import { routeLimits } from "../../../serverless/resources/route-limits.ts";

/** USD, list prices of us-east-1 in November 2026. */
const prices = {
  gatewayRequest: 1.0e-6,
  lambdaRequest: 0.2e-6,
  lambdaGbSecond: 13.3334e-6,
  /** START, END and REPORT of an invocation, and a line of the access log: some 500 bytes at 0.50 USD a GB. */
  logs: 0.25e-6,
  read: 0.4e-6,
  /** PUT and LIST. */
  write: 5e-6,
  queueRequest: 0.4e-6,
};

interface Work {
  /** Of the function behind the route; its memory is 0.5 GB, that of `submit` 1 GB. Estimates: not measured on AWS. */
  readonly gbSeconds: number;
  readonly reads?: number;
  readonly writes?: number;
  readonly queueRequests?: number;
}
type Limited = keyof typeof routeLimits;

/** The dearest request of each route that a key of every scope can make; a POST has an Idempotency-Key, and an act its
 * record in the audit. */
const dearest: Readonly<Record<Limited, Work>> = {
  // 100 open batches, or ended ones without a receipt: batch, progress, control and cost of each.
  "GET /v1/batches": { gbSeconds: 1, reads: 500, writes: 1 },
  "GET /v1/batches/{id}/items": { gbSeconds: 0.3, reads: 5 },
  "GET /v1/batches/{id}/states": { gbSeconds: 0.1, reads: 2 },
  "GET /v1/batches/{id}/results": { gbSeconds: 0.5, reads: 12 },
  // Every chunk of a batch of 50,000 items.
  "GET /v1/batches/{id}/events": { gbSeconds: 3, reads: 60 },
  // 31 days, and the pages of the owner's list.
  "GET /v1/usage": { gbSeconds: 0.5, reads: 31, writes: 31 },
  // It says that it waits, and that it waits no longer; those that wait are counted below.
  "GET /v1/batches/{id}": { gbSeconds: 0.1, reads: 14, writes: 2 },
  // 1,000 items, ten in a message, and a webhook that is new. What clips continue is counted below.
  "POST /v1/batches": { gbSeconds: 3, reads: 22, writes: 10, queueRequests: 110 },
  // 50,000 items, which it queues: their file is read and written again in parts, ten messages go in a request.
  "POST /v1/uploads": { gbSeconds: 90, reads: 450, writes: 290, queueRequests: 5_200 },
  // 8,000 items that all failed.
  "POST /v1/batches/{id}/retry": { gbSeconds: 10, reads: 41, writes: 16, queueRequests: 810 },
  "DELETE /v1/batches/{id}": { gbSeconds: 0.1, reads: 5, writes: 4 },
  // As many items as one request ends; ten seconds at most are for that.
  "POST /v1/batches/{id}/cancel": {
    gbSeconds: 15,
    reads: 40,
    writes: 30 + closedInARequest,
    queueRequests: 2,
  },
  "POST /v1/items/{id}/cancel": { gbSeconds: 0.2, reads: 16, writes: 8 },
  "GET /v1/items/{id}/audio": { gbSeconds: 0.05, reads: 4 },
  $default: { gbSeconds: 0.05, reads: 4 },
  "GET /v1/items/{id}": { gbSeconds: 0.05, reads: 7 },
  "GET /v1": { gbSeconds: 0.01 },
  "GET /healthz": { gbSeconds: 0.01 },
  "GET /openapi.json": { gbSeconds: 0.01 },
  "GET /docs": { gbSeconds: 0.01 },
  "GET /v1/models": { gbSeconds: 0.01 },
  "GET /v1/stage": { gbSeconds: 0.01 },
  // 256 MB; the body is in its bundle.
  "ANY /": { gbSeconds: 0.005 },
  "ANY /assets/{name}": { gbSeconds: 0.005 },
  "GET /v1/capacity": { gbSeconds: 0.1, reads: 20, writes: 2, queueRequests: 2 },
  "GET /v1/decisions": { gbSeconds: 0.3, reads: 100, writes: 1 },
  // Two weeks of six zones.
  "GET /v1/prices": { gbSeconds: 1 },
  "GET /v1/stop": { gbSeconds: 0.05, reads: 3 },
  "POST /v1/batches/{id}/budget": { gbSeconds: 0.1, reads: 8, writes: 4 },
  "POST /v1/estimates": { gbSeconds: 0.3, reads: 8, writes: 3 },
  "POST /v1/launch": { gbSeconds: 0.3, reads: 32, writes: 6 },
  "POST /v1/start": { gbSeconds: 0.1, reads: 6, writes: 5 },
  "POST /v1/stop": { gbSeconds: 1, reads: 12, writes: 8, queueRequests: 2 },
  "GET /v1/keys": { gbSeconds: 0.3, reads: 100, writes: 1 },
  "POST /v1/keys": { gbSeconds: 0.1, reads: 3, writes: 5 },
  "DELETE /v1/keys/{id}": { gbSeconds: 0.1, reads: 2, writes: 3 },
  // Five lists of 1,000 names, and 100 of them.
  "GET /v1/audit": { gbSeconds: 0.5, reads: 100, writes: 5 },
  "GET /v1/webhooks": { gbSeconds: 0.05, reads: 1 },
  "POST /v1/webhooks": { gbSeconds: 0.2, reads: 3, writes: 5 },
  "GET /v1/webhooks/{id}": { gbSeconds: 0.05, reads: 1 },
  "PATCH /v1/webhooks/{id}": { gbSeconds: 0.2, reads: 2, writes: 2 },
  "DELETE /v1/webhooks/{id}": { gbSeconds: 0.1, reads: 3, writes: 2 },
  // Each leads to seven attempts at most, and to the messages that wait between them.
  "POST /v1/webhooks/{id}/test": { gbSeconds: 0.1, reads: 35, writes: 22, queueRequests: 240 },
  "POST /v1/webhooks/{id}/rotate": { gbSeconds: 0.1, reads: 6, writes: 5 },
  "POST /v1/webhooks/{id}/redeliver": { gbSeconds: 0.1, reads: 35, writes: 22, queueRequests: 240 },
  "GET /v1/webhooks/{id}/deliveries": { gbSeconds: 0.3, reads: 51, writes: 1 },
};
/** The authorizer looks for no key where none is sent; the function answers 401. */
const withoutKey: Work = { gbSeconds: 0.25 * 0.02 + 0.5 * 0.02 };
/** Its one read of the key. */
const withKey: Work = { gbSeconds: 0.25 * 0.05, reads: 1 };

const usdOf = ({ gbSeconds, reads = 0, writes = 0, queueRequests = 0 }: Work): number =>
  gbSeconds * prices.lambdaGbSecond +
  reads * prices.read +
  writes * prices.write +
  queueRequests * prices.queueRequest;
/** The gateway, authorizer and function, and what they write into their logs. */
const request = prices.gatewayRequest + 2 * prices.lambdaRequest + 3 * prices.logs;
const daySeconds = 86_400;

const aDayOf = (usdEach: (route: Limited) => number): Map<Limited, number> =>
  new Map(
    (Object.keys(routeLimits) as Limited[]).map((route) => [
      route,
      routeLimits[route].perSecond * daySeconds * usdEach(route),
    ]),
  );
/**
 * What goes on whoever asks for it. Whatever is queued ends: made by a machine, which the budgets pay for, or canceled or
 * expired, at a write each. A clip that is given again never enters the queue.
 */
const everySecond: readonly Work[] = [
  // Four requests wait at once (`limits.waiting_requests`), and each looks once a second.
  { gbSeconds: 4 * 0.5, reads: 4 * 5 },
  // The reconciler, once a minute.
  { gbSeconds: 0, reads: closedInARun / 1000, writes: (1.01 * closedInARun) / 60 },
  // Before an item ends it was looked for among the clips that exist, stored, and sent, a tenth of a request.
  {
    gbSeconds: 0,
    reads:
      (closedInARun / 60 + routeLimits["POST /v1/batches/{id}/cancel"].perSecond * closedInARequest) * 1.1,
    queueRequests:
      (closedInARun / 60 + routeLimits["POST /v1/batches/{id}/cancel"].perSecond * closedInARequest) * 0.2,
  },
  // Looked for, copied, and two records written.
  { gbSeconds: 0, reads: mostADay.given / 86_400, writes: (3 * mostADay.given) / 86_400 },
  // A file takes three reads until it is found, and is copied.
  { gbSeconds: 0, reads: (3 * mostADay.continued) / 86_400, writes: mostADay.continued / 86_400 },
];
/** Two run at once (serverless.yml), however much there is to deliver; 0.5 GB each. */
const deliveriesUsd = 2 * 0.5 * daySeconds * prices.lambdaGbSecond;
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

test("without a key the API costs 11 USD a day at most, and 200 with a stolen one that may do everything", () => {
  const keyless = aDayOf(() => request + usdOf(withoutKey));
  const stolen = aDayOf((route) => request + usdOf(withKey) + usdOf(dearest[route]));
  console.table(
    [...stolen].map(([route, usd]) => ({
      route,
      "a second": routeLimits[route].perSecond,
      "USD a day without a key": (keyless.get(route) ?? 0).toFixed(2),
      "USD a day with one": usd.toFixed(2),
    })),
  );
  expect(sum(keyless.values())).toBeLessThan(11);
  const alwaysUsd = sum(everySecond.map(usdOf)) * daySeconds;
  expect(sum(stolen.values()) + deliveriesUsd + alwaysUsd).toBeLessThan(200);
});

test("lists, results and usage are limited to two requests a second at most", () => {
  for (const route of [
    "GET /v1/batches",
    "GET /v1/batches/{id}/items",
    "GET /v1/batches/{id}/results",
    "GET /v1/usage",
  ] as const)
    expect(routeLimits[route].perSecond).toBeLessThanOrEqual(2);
});
