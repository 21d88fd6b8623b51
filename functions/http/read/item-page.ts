/** Pages of a batch's items. */
import { byChunk, readItems } from "../../../shared/batch/progress/batch-files.ts";
import type { BatchRecord, ItemRecord } from "../../../shared/contract/records/batch-records.ts";
import type { QueryOf } from "../../../shared/contract/api/routes.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import type { ApiRequest, ApiResponse } from "../api.ts";
import { batchOf } from "./visible-batch.ts";

/** The items of a batch from `from` up to `to`, `to` not included. */
export interface ItemPage {
  readonly kind: "page";
  readonly batch: BatchRecord;
  readonly from: number;
  readonly to: number;
  /** The next page's cursor; null on the last page. */
  readonly next: string | null;
}

/** The page that the path and the query of `GET /v1/batches/{id}/items` or `…/results` ask for. */
export async function itemPageOf(
  store: ObjectStore,
  request: ApiRequest<Pick<QueryOf<"GET /v1/batches/{id}/items">, "cursor" | "limit">>,
): Promise<ItemPage | { readonly kind: "refused"; readonly response: ApiResponse }> {
  const lookup = await batchOf(store, request);
  if (lookup.kind === "not_found") return { kind: "refused", response: lookup.response };
  const { batch } = lookup;
  const from = request.query.cursor;
  const to = Math.min(from + request.query.limit, batch.total);
  return { kind: "page", batch, from, to, next: to < batch.total ? String(to) : null };
}

/** The items of a page, as they were submitted. */
export async function itemsOn(
  store: ObjectStore,
  { batch, from, to }: ItemPage,
): Promise<readonly ItemRecord[]> {
  const indices = Array.from({ length: Math.max(0, to - from) }, (_, place) => from + place);
  const chunks = await Promise.all(
    [...byChunk(indices).keys()].map((chunk) => readItems(store, batch.id, chunk)),
  );
  return chunks.flat().filter(({ index }) => index >= from && index < to);
}
