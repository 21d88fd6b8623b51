import { byChunk, readItems, readProgress } from "../../shared/batch/batch-files.ts";
import { itemSummaries } from "../../shared/batch/item-view.ts";
import type { BatchRecord, ItemRecord } from "../../shared/contract/batch-records.ts";
import { itemPageQuerySchema } from "../../shared/contract/queries.ts";
import type { ObjectStore } from "../../shared/ports.ts";
import type { Route } from "./api.ts";
import { readQuery } from "./query.ts";
import { batchOf } from "./visible-batch.ts";

/** `GET /v1/batches/{id}/items` */
export const listItemsRoute = ({ store }: { readonly store: ObjectStore }): Route => ({
  scope: "read",
  async handle(request) {
    const read = readQuery(itemPageQuerySchema, request.query);
    if (read.kind === "refused") return read.response;
    const lookup = await batchOf(store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const { batch } = lookup;
    const { cursor: from, limit } = read.query;
    const to = Math.min(from + limit, batch.total);
    const [items, progress] = await Promise.all([
      itemsBetween(store, batch, from, to),
      readProgress(store, batch),
    ]);
    const more = to < batch.total;
    return {
      status: 200,
      body: {
        data: itemSummaries(batch, progress, items),
        next_cursor: more ? String(to) : null,
        has_more: more,
      },
    };
  },
});

async function itemsBetween(
  store: ObjectStore,
  batch: BatchRecord,
  from: number,
  to: number,
): Promise<readonly ItemRecord[]> {
  const indices = Array.from({ length: Math.max(0, to - from) }, (_, place) => from + place);
  const chunks = await Promise.all(
    [...byChunk(indices).keys()].map((chunk) => readItems(store, batch.id, chunk)),
  );
  return chunks.flat().filter(({ index }) => index >= from && index < to);
}
