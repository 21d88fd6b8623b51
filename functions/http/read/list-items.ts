import { byChunk, readItems, readProgress } from "../../../shared/batch/progress/batch-files.ts";
import { itemSummaries } from "../../../shared/batch/views/item-view.ts";
import type { ItemRecord } from "../../../shared/contract/records/batch-records.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import type { Handler } from "../api.ts";
import { type ItemPage, itemPageOf } from "./item-page.ts";
import { pageOf } from "../page.ts";

/** `GET /v1/batches/{id}/items` */
export const getItems =
  ({ store }: { readonly store: ObjectStore }): Handler<"GET /v1/batches/{id}/items"> =>
  async (request) => {
    const page = await itemPageOf(store, request);
    if (page.kind === "refused") return page.response;
    const [items, progress] = await Promise.all([itemsOf(store, page), readProgress(store, page.batch)]);
    const rows = itemSummaries(page.batch, progress, items).map((item) => ({
      cursor: String(item.index + 1),
      value: item,
    }));
    return pageOf(rows, page.next);
  };

async function itemsOf(store: ObjectStore, { batch, from, to }: ItemPage): Promise<readonly ItemRecord[]> {
  const indices = Array.from({ length: Math.max(0, to - from) }, (_, place) => from + place);
  const chunks = await Promise.all(
    [...byChunk(indices).keys()].map((chunk) => readItems(store, batch.id, chunk)),
  );
  return chunks.flat().filter(({ index }) => index >= from && index < to);
}
