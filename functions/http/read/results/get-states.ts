/** Shows the state of every item of a batch at once. */
import { readProgress } from "../../../../shared/batch/progress/batch-files.ts";
import { itemStates } from "../../../../shared/batch/views/item-view.ts";
import type { ObjectStore } from "../../../../shared/ports.ts";
import type { Handler } from "../../api.ts";
import { etagOf, knownBy } from "../../etag.ts";
import { batchOf } from "../visible-batch.ts";

/** `GET /v1/batches/{id}/states`: one read, however large the batch is. */
export const getStates =
  ({ store }: { readonly store: ObjectStore }): Handler<"GET /v1/batches/{id}/states"> =>
  async (request) => {
    const lookup = await batchOf(store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const states = itemStates(await readProgress(store, lookup.batch));
    const etag = etagOf(states);
    return knownBy(request.headers["if-none-match"])(etag)
      ? { status: 304, headers: { etag } }
      : { status: 200, headers: { etag }, body: { states } };
  };
