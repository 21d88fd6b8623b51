/** Shows an item. */
import type { StageConfig } from "../../../shared/config.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import type { Handler } from "../api.ts";
import { viewItem } from "./view-item.ts";
import { itemOf, notFound } from "./visible-batch.ts";

/** `GET /v1/items/{id}` */
export const getItem =
  (
    { store }: { readonly store: ObjectStore },
    settings: Pick<StageConfig, "models">,
  ): Handler<"GET /v1/items/{id}"> =>
  async (request) => {
    const lookup = await itemOf(store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const view = await viewItem(store, lookup.batch, lookup.index, settings);
    return view === null ? notFound("item").response : { status: 200, body: view };
  };
