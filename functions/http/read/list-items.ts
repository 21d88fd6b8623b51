/** Lists a batch's items. */
import { readProgress } from "../../../shared/batch/progress/batch-files.ts";
import { itemSummaries } from "../../../shared/batch/views/item-view.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import type { Handler } from "../api.ts";
import { itemPageOf, itemsOn } from "./item-page.ts";
import { pageOf } from "../page.ts";

/** `GET /v1/batches/{id}/items` */
export const getItems =
  ({ store }: { readonly store: ObjectStore }): Handler<"GET /v1/batches/{id}/items"> =>
  async (request) => {
    const page = await itemPageOf(store, request);
    if (page.kind === "refused") return page.response;
    const [items, progress] = await Promise.all([itemsOn(store, page), readProgress(store, page.batch)]);
    const rows = itemSummaries(page.batch, progress, items).map((item) => ({
      cursor: String(item.index + 1),
      value: item,
    }));
    return pageOf(rows, page.next);
  };
