/** Cancels an item. */
import { cancelItem } from "../../../shared/batch/orders/cancel-item.ts";
import type { FoldPorts } from "../../../shared/batch/progress/fold.ts";
import type { StageConfig } from "../../../shared/config.ts";
import { problem, type Handler } from "../api.ts";
import { viewItem } from "../read/view-item.ts";
import { itemOf, notFound } from "../read/visible-batch.ts";

/** `POST /v1/items/{id}/cancel` */
export const postItemCancel =
  (ports: FoldPorts, settings: Pick<StageConfig, "models">): Handler<"POST /v1/items/{id}/cancel"> =>
  async (request) => {
    const lookup = await itemOf(ports.store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const { batch, index } = lookup;
    const { kind } = await cancelItem(batch, index, ports);
    if (kind === "ended") return problem("conflict", "the item has ended already");
    if (kind === "too_many")
      return problem(
        "conflict",
        "1,000 items of the batch were canceled one by one, and no more can be; cancel the batch",
      );
    const view = await viewItem(ports.store, batch, index, settings);
    return view === null ? notFound("item").response : { status: 202, body: view };
  };
