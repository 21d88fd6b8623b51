import { readItems, readProgress, readResult } from "../../../shared/batch/progress/batch-files.ts";
import { itemSummaries, itemView, licenceOf } from "../../../shared/batch/views/item-view.ts";
import { readItemReceipts } from "../../../shared/batch/reconcile/receipts.ts";
import type { StageConfig } from "../../../shared/config.ts";
import { chunkOf } from "../../../shared/contract/records/keys.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import { problem, type Handler } from "../api.ts";
import { itemOf } from "./visible-batch.ts";

/** `GET /v1/items/{id}` */
export const getItem =
  (
    { store }: { readonly store: ObjectStore },
    settings: Pick<StageConfig, "models">,
  ): Handler<"GET /v1/items/{id}"> =>
  async (request) => {
    const lookup = await itemOf(store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const { batch, index } = lookup;
    const [items, progress, result, receipts] = await Promise.all([
      readItems(store, batch.id, chunkOf(index)),
      readProgress(store, batch),
      readResult(store, batch.id, index),
      readItemReceipts(store, batch.id, chunkOf(index)),
    ]);
    const item = items.find((one) => one.index === index);
    const [summary] = item === undefined ? [] : itemSummaries(batch, progress, [item]);
    if (item === undefined || summary === undefined) return problem("not_found", "no such item");
    const receipt = receipts.get(index) ?? null;
    const licence = licenceOf(batch.model, settings);
    return { status: 200, body: itemView(summary, item, result, { receipt, licence }) };
  };
