/** What `mgb` asks of the API, through the typed client. Answers are parsed; problems become {@link ApiProblem}. */
import type { z } from "zod";
import {
  type BatchCheckView,
  batchCheckViewSchema,
  type BatchView,
  batchViewSchema,
  type CapacityView,
  capacityViewSchema,
  type DeletedBatchView,
  deletedBatchViewSchema,
  type ItemSummary,
  itemSummarySchema,
  type ItemView,
  itemViewSchema,
  launchViewSchema,
  type ModelView,
  modelViewSchema,
  pageSchema,
  type PricesView,
  pricesViewSchema,
  type ResultView,
  resultViewSchema,
  routeViewSchema,
  type StartView,
  startViewSchema,
  type StopView,
  stopViewSchema,
  type UploadView,
  uploadViewSchema,
  type UsageView,
  usageViewSchema,
} from "../../shared/contract/api/api.ts";
import {
  type CreatedKeyView,
  createdKeyViewSchema,
  type KeyRequest,
  type KeyView,
  keyViewSchema,
} from "../../shared/contract/api/api-key.ts";
import type {
  BatchRequest,
  TotalsRequest,
  UploadedBatchRequest,
} from "../../shared/contract/api/batch-request.ts";
import {
  deletedWebhookViewSchema,
  deliveryQueuedViewSchema,
  type DeliveryView,
  deliveryViewSchema,
  type WebhookRequest,
  type WebhookView,
  webhookViewSchema,
  type WebhookWithSecretView,
  webhookWithSecretViewSchema,
} from "../../shared/contract/api/webhooks.ts";
import type { resultForms, RetryRequest } from "../../shared/contract/api/queries.ts";
import {
  type AuditAction,
  type AuditRecord,
  auditRecordSchema,
} from "../../shared/contract/records/audit-records.ts";
import { type DecisionRecord, decisionRecordSchema } from "../../shared/contract/records/fleet-records.ts";
import type { BatchId, DeliveryId, ItemId, KeyId, WebhookId } from "../../shared/contract/ids.ts";
import { faultsOf } from "../../shared/contract/api/problem.ts";
import {
  type Answer,
  type ApiAccess,
  createApiClient,
  dataOf,
  type MusicgenBatch,
} from "../../client/client.ts";
import { CommandError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { putFile, type PutOptions } from "./put-file.ts";
import { answerTo, ApiUnreachable, sendAgain, type SendPorts } from "./send-again.ts";

export { ApiProblem, type ApiAccess } from "../../client/client.ts";
export { ApiUnreachable } from "./send-again.ts";

/** The API is of another version. */
export class ApiMismatch extends Error {
  override readonly name = "ApiMismatch";
}

/** How many of a list are wanted, and from where on. */
// A type, since an interface fits no index signature.
export type PageRequest = Readonly<Partial<{ limit: number; cursor: string }>>;

export type AuditRequest = Readonly<Partial<{ action: AuditAction; owner: string; since: string }>>;
const mostAuditRows = 100;

type ResultForm = (typeof resultForms)[number];
interface Page<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

const pages = {
  batches: pageSchema(batchViewSchema),
  items: pageSchema(itemSummarySchema),
  models: pageSchema(modelViewSchema),
  routes: pageSchema(routeViewSchema),
  decisions: pageSchema(decisionRecordSchema),
  audit: pageSchema(auditRecordSchema),
  keys: pageSchema(keyViewSchema),
  webhooks: pageSchema(webhookViewSchema),
  deliveries: pageSchema(deliveryViewSchema),
};

export class ApiClient {
  readonly #access: ApiAccess;
  readonly #api: MusicgenBatch;

  constructor(access: ApiAccess, ports: SendPorts) {
    this.#access = access;
    this.#api = createApiClient(access, (request) => sendAgain(request, ports));
  }

  /** @param idempotencyKey the same key and body again give the same batch, never a second one. */
  async submitBatch(
    request: BatchRequest | UploadedBatchRequest,
    idempotencyKey: string,
    signal?: AbortSignal,
  ): Promise<BatchView> {
    const params = { header: { "Idempotency-Key": idempotencyKey } };
    return parsed(
      batchViewSchema,
      this.#api.POST("/v1/batches", { params, body: sent(request), ...by(signal) }),
    );
  }

  async batch(id: BatchId, signal?: AbortSignal): Promise<BatchView> {
    return parsed(batchViewSchema, this.#api.GET("/v1/batches/{id}", { ...at(id), ...by(signal) }));
  }

  /** @param known the tag of what is known already; @returns null when that is still so */
  async changedBatch(
    id: BatchId,
    known: string | null,
    signal?: AbortSignal,
  ): Promise<{ readonly batch: BatchView; readonly etag: string | null } | null> {
    const header = known === null ? {} : { "If-None-Match": known };
    const asked = this.#api.GET("/v1/batches/{id}", { params: { path: { id }, header }, ...by(signal) });
    const { response } = await asked;
    if (response.status === notModified) return null;
    return { batch: await parsed(batchViewSchema, asked), etag: response.headers.get("etag") };
  }

  /** The newest first. */
  async batches(query: PageRequest = {}, signal?: AbortSignal) {
    return parsed(pages.batches, this.#api.GET("/v1/batches", { params: { query }, ...by(signal) }));
  }

  async items(id: BatchId, signal?: AbortSignal): Promise<ItemSummary[]> {
    return allRows((cursor) => {
      const params = { path: { id }, query: cursor };
      return parsed(pages.items, this.#api.GET("/v1/batches/{id}/items", { params, ...by(signal) }));
    });
  }

  async item(id: ItemId, signal?: AbortSignal): Promise<ItemView> {
    return parsed(itemViewSchema, this.#api.GET("/v1/items/{id}", { ...at(id), ...by(signal) }));
  }

  async cancel(id: BatchId, mode: "drain" | "abort", signal?: AbortSignal): Promise<BatchView> {
    const init = { ...at(id), body: { mode }, ...by(signal) };
    return parsed(batchViewSchema, this.#api.POST("/v1/batches/{id}/cancel", init));
  }

  async cancelItem(id: ItemId, signal?: AbortSignal): Promise<ItemView> {
    return parsed(itemViewSchema, this.#api.POST("/v1/items/{id}/cancel", { ...at(id), ...by(signal) }));
  }

  /** @param idempotencyKey as with a submit */
  async retry(
    id: BatchId,
    request: RetryRequest,
    idempotencyKey: string,
    signal?: AbortSignal,
  ): Promise<BatchView> {
    const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey } };
    const init = { params, body: sent(request), ...by(signal) };
    return parsed(batchViewSchema, this.#api.POST("/v1/batches/{id}/retry", init));
  }

  async deleteBatch(id: BatchId, signal?: AbortSignal): Promise<DeletedBatchView> {
    return parsed(deletedBatchViewSchema, this.#api.DELETE("/v1/batches/{id}", { ...at(id), ...by(signal) }));
  }

  async estimate(request: BatchRequest | TotalsRequest, signal?: AbortSignal): Promise<BatchCheckView> {
    const init = { body: sent(request), ...by(signal) };
    return parsed(batchCheckViewSchema, this.#api.POST("/v1/estimates", init));
  }

  /** @param idempotencyKey the same key again gives the same upload, with a URL that is valid again */
  async createUpload(bytes: number, idempotencyKey: string, signal?: AbortSignal): Promise<UploadView> {
    const params = { header: { "Idempotency-Key": idempotencyKey } };
    return parsed(
      uploadViewSchema,
      this.#api.POST("/v1/uploads", { params, body: { bytes }, ...by(signal) }),
    );
  }

  /** Once: a file that is there already is this upload's. */
  async putUpload(upload: UploadView, body: Uint8Array, options: PutOptions = {}): Promise<void> {
    const { status, text } = await putFile(upload, body, options).catch((cause: unknown) => {
      options.signal?.throwIfAborted();
      throw new CommandError(notUploaded, exitCodes.failed, { cause });
    });
    if (status !== okStatus && status !== preconditionFailed)
      throw new CommandError(
        `${notUploaded} (it answered ${status}: ${text.slice(0, 300)})`,
        exitCodes.failed,
      );
  }

  async models(signal?: AbortSignal): Promise<readonly ModelView[]> {
    return (await parsed(pages.models, this.#api.GET("/v1/models", by(signal)))).data;
  }

  async routes(signal?: AbortSignal) {
    return (await parsed(pages.routes, this.#api.GET("/v1", by(signal)))).data;
  }

  async capacity(signal?: AbortSignal): Promise<CapacityView> {
    return parsed(capacityViewSchema, this.#api.GET("/v1/capacity", by(signal)));
  }

  /** The newest first. */
  async decisions(query: PageRequest = {}, signal?: AbortSignal): Promise<readonly DecisionRecord[]> {
    const asked = this.#api.GET("/v1/decisions", { params: { query }, ...by(signal) });
    return (await parsed(pages.decisions, asked)).data;
  }

  /** The newest first. @param limit of records; the API's pages may be short before the end */
  async audit(filter: AuditRequest, limit: number, signal?: AbortSignal): Promise<readonly AuditRecord[]> {
    const records: AuditRecord[] = [];
    for (let next: { readonly cursor?: string } | null = {}; next !== null && records.length < limit;) {
      const most = Math.min(mostAuditRows, limit - records.length);
      const params: { query: AuditRequest & PageRequest } = { query: { ...filter, ...next, limit: most } };
      const page: Page<AuditRecord> = await parsed(
        pages.audit,
        this.#api.GET("/v1/audit", { params, ...by(signal) }),
      );
      records.push(...page.data);
      next = page.next_cursor === null ? null : { cursor: page.next_cursor };
    }
    return records;
  }

  /** @param days such as `2026-11-30`, in UTC, both included */
  async usage(
    days: { readonly from?: string; readonly to?: string } = {},
    signal?: AbortSignal,
  ): Promise<UsageView> {
    const init = { params: { query: days }, ...by(signal) };
    return parsed(usageViewSchema, this.#api.GET("/v1/usage", init));
  }

  async prices(hours: number, signal?: AbortSignal): Promise<PricesView> {
    const init = { params: { query: { hours } }, ...by(signal) };
    return parsed(pricesViewSchema, this.#api.GET("/v1/prices", init));
  }

  /** What the launcher would do now. Nothing is launched. */
  async launchPlan(signal?: AbortSignal): Promise<DecisionRecord> {
    const init = { params: { query: { dry_run: true } }, ...by(signal) };
    return parsed(decisionRecordSchema, this.#api.POST("/v1/launch", init));
  }

  /** Wakes the launcher; `decisions` tell what it did. */
  async launch(signal?: AbortSignal): Promise<void> {
    await parsed(launchViewSchema, this.#api.POST("/v1/launch", by(signal)));
  }

  async stop(signal?: AbortSignal): Promise<StopView> {
    return parsed(stopViewSchema, this.#api.POST("/v1/stop", by(signal)));
  }

  async stopState(signal?: AbortSignal): Promise<StopView> {
    return parsed(stopViewSchema, this.#api.GET("/v1/stop", by(signal)));
  }

  async start(signal?: AbortSignal): Promise<StartView> {
    return parsed(startViewSchema, this.#api.POST("/v1/start", by(signal)));
  }

  /** In the order of their ids, which is that of no time. */
  async keys(signal?: AbortSignal): Promise<KeyView[]> {
    return allRows((cursor) => {
      const params = { query: { limit: 100, ...cursor } };
      return parsed(pages.keys, this.#api.GET("/v1/keys", { params, ...by(signal) }));
    });
  }

  /** @param idempotencyKey the same key and body again make no second key, and do not show the first again. */
  async createKey(
    request: KeyRequest,
    idempotencyKey: string,
    signal?: AbortSignal,
  ): Promise<CreatedKeyView> {
    const params = { header: { "Idempotency-Key": idempotencyKey } };
    const init = { params, body: sent(request), ...by(signal) };
    return parsed(createdKeyViewSchema, this.#api.POST("/v1/keys", init));
  }

  async revokeKey(id: KeyId, signal?: AbortSignal): Promise<KeyView> {
    return parsed(keyViewSchema, this.#api.DELETE("/v1/keys/{id}", { ...at(id), ...by(signal) }));
  }

  async webhooks(signal?: AbortSignal): Promise<readonly WebhookView[]> {
    return (await parsed(pages.webhooks, this.#api.GET("/v1/webhooks", by(signal)))).data;
  }

  /** @param idempotencyKey the same key and body again make no second one, and do not show the secret again */
  async createWebhook(
    request: WebhookRequest,
    idempotencyKey: string,
    signal?: AbortSignal,
  ): Promise<WebhookWithSecretView> {
    const params = { header: { "Idempotency-Key": idempotencyKey } };
    const init = { params, body: sent(request), ...by(signal) };
    return parsed(webhookWithSecretViewSchema, this.#api.POST("/v1/webhooks", init));
  }

  async deleteWebhook(id: WebhookId, signal?: AbortSignal) {
    const init = { ...at(id), ...by(signal) };
    return parsed(deletedWebhookViewSchema, this.#api.DELETE("/v1/webhooks/{id}", init));
  }

  async testWebhook(id: WebhookId, signal?: AbortSignal) {
    const init = { ...at(id), ...by(signal) };
    return parsed(deliveryQueuedViewSchema, this.#api.POST("/v1/webhooks/{id}/test", init));
  }

  /** @param idempotencyKey the same key again rotates no second time, and does not show the secret again */
  async rotateWebhook(
    id: WebhookId,
    idempotencyKey: string,
    signal?: AbortSignal,
  ): Promise<WebhookWithSecretView> {
    const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey } };
    const asked = this.#api.POST("/v1/webhooks/{id}/rotate", { params, ...by(signal) });
    return parsed(webhookWithSecretViewSchema, asked);
  }

  /** The newest first. */
  async deliveries(
    id: WebhookId,
    query: PageRequest = {},
    signal?: AbortSignal,
  ): Promise<readonly DeliveryView[]> {
    const init = { params: { path: { id }, query }, ...by(signal) };
    return (await parsed(pages.deliveries, this.#api.GET("/v1/webhooks/{id}/deliveries", init))).data;
  }

  async redeliver(id: WebhookId, delivery: DeliveryId, signal?: AbortSignal) {
    const init = { ...at(id), body: { delivery_id: delivery }, ...by(signal) };
    return parsed(deliveryQueuedViewSchema, this.#api.POST("/v1/webhooks/{id}/redeliver", init));
  }

  /** Whatever a route answers, as it is. @param path with its query */
  async raw(method: string, path: string, body?: string, signal?: AbortSignal): Promise<Response> {
    const { apiUrl, key } = this.#access;
    const headers = {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    };
    const init = { method, headers, ...(body !== undefined && { body }), ...by(signal) };
    const outcome = await answerTo(new Request(`${apiUrl}${path}`, init));
    if (outcome instanceof ApiUnreachable) throw outcome;
    return outcome;
  }

  /** What has ended so far, in the order of the input. */
  async results(id: BatchId, signal?: AbortSignal): Promise<ResultView[]> {
    const results: ResultView[] = [];
    for await (const page of this.resultPages(id, "jsonl", signal)) {
      const lines = page.split("\n").filter((line) => line !== "");
      results.push(...lines.map((line) => parseAs(resultViewSchema, JSON.parse(line))));
    }
    return results;
  }

  /** The same as text: the pages put one after the other are one document. A page may end before its limit. */
  async *resultPages(id: BatchId, form: ResultForm, signal?: AbortSignal): AsyncGenerator<string> {
    let next: Readonly<Record<string, string>> | null = form === "csv" ? { format: form } : {};
    while (next !== null) {
      const init = { params: { path: { id }, query: next }, parseAs: "text", ...by(signal) } as const;
      const asked = this.#api.GET("/v1/batches/{id}/results", init);
      // A page without a result is an answer without a body.
      yield (await dataOf<string | undefined>(asked)) ?? "";
      const path = nextPage((await asked).response);
      next = path === null ? null : queryOf(path);
    }
  }

  async audio(id: ItemId, signal?: AbortSignal): Promise<Uint8Array> {
    const init = { ...at(id), parseAs: "arrayBuffer", ...by(signal) } as const;
    return new Uint8Array(await dataOf(this.#api.GET("/v1/items/{id}/audio", init)));
  }
}

const okStatus = 200;
const notModified = 304;
const preconditionFailed = 412;
/** The URL is signed: it is not repeated. */
const notUploaded = "the bucket did not take the upload; run it again";

const at = (id: string) => ({ params: { path: { id } } });
const by = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });

/** What JSON makes of a value: a field that is undefined is no field. */
type Sent<T> = T extends string
  ? string & T
  : T extends object
    ? { [K in keyof T]: Sent<Exclude<T[K], undefined>> }
    : T;
const sent = <T>(body: T): Sent<T> => body as Sent<T>;

/** Every row of a list, page by page. */
async function allRows<T>(pageAt: (cursor: { readonly cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Page<T> = await pageAt(cursor === undefined ? {} : { cursor });
    rows.push(...page.data);
    cursor = page.next_cursor;
  }
  return rows;
}

async function parsed<T>(schema: z.ZodType<T>, answer: Promise<Answer<unknown>>): Promise<T> {
  return parseAs(schema, await dataOf(answer).catch(notJson));
}

/** As a proxy or a page to log in at answers. */
function notJson(error: unknown): never {
  if (!(error instanceof SyntaxError)) throw error;
  throw new ApiUnreachable("the server that answered is not this API: its answer is not JSON", {
    cause: error,
  });
}

function parseAs<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  // A newer API may tell more than this mgb knows of.
  if (parsed.error.issues.every(({ code }) => code === "unrecognized_keys")) return value as T;
  const places = faultsOf(parsed.error, schema).slice(0, mostFaultsNamed);
  const faults = places.map(({ pointer, detail }) => `${pointer || "(body)"} ${detail}`).join("; ");
  throw new ApiMismatch(
    `the API's answer does not fit this version of mgb: ${faults}\nTake the mgb of the stage's own version: npm run mgb in the clone that was deployed.`,
  );
}

const mostFaultsNamed = 3;

/** The path of the page after this one (RFC 8288); null on the last. */
export const nextPage = ({ headers }: Response): string | null =>
  /<([^>]+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1] ?? null;

const queryOf = (path: string): Readonly<Record<string, string>> =>
  Object.fromEntries(new URLSearchParams(path.replace(/^[^?]*/, "")));
