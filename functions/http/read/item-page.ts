import type { BatchRecord } from "../../../shared/contract/records/batch-records.ts";
import type { QueryOf } from "../../../shared/contract/api/routes.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import type { ApiRequest, ApiResponse } from "../api.ts";
import { batchOf } from "./visible-batch.ts";

/** Items `from` up to, not including, `to` of a batch. */
export interface ItemPage {
  readonly kind: "page";
  readonly batch: BatchRecord;
  readonly from: number;
  readonly to: number;
  /** The next page's cursor; null on the last. */
  readonly next: string | null;
}

/** What the path and the query of `GET /v1/batches/{id}/items` or `…/results` ask for. */
export async function itemPageOf(
  store: ObjectStore,
  request: ApiRequest<QueryOf<"GET /v1/batches/{id}/items">>,
): Promise<ItemPage | { readonly kind: "refused"; readonly response: ApiResponse }> {
  const lookup = await batchOf(store, request);
  if (lookup.kind === "not_found") return { kind: "refused", response: lookup.response };
  const { batch } = lookup;
  const from = request.query.cursor;
  const to = Math.min(from + request.query.limit, batch.total);
  return { kind: "page", batch, from, to, next: to < batch.total ? String(to) : null };
}
