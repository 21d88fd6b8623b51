import { readProgress } from "../../shared/batch/batch-files.ts";
import { resultView } from "../../shared/batch/item-view.ts";
import { readResults } from "../../shared/batch/results.ts";
import { itemPageQuerySchema } from "../../shared/contract/queries.ts";
import type { ObjectStore } from "../../shared/ports.ts";
import type { Route } from "./api.ts";
import { readQuery } from "./query.ts";
import { batchOf } from "./visible-batch.ts";

/**
 * `GET /v1/batches/{id}/results`: one JSON object a line, good and bad ones, in the order of the items, those
 * there are so far. A page covers up to 1,000 items, so that an answer stays far below Lambda's 6 MB; `Link`
 * names the next one.
 */
export const listResultsRoute = ({ store }: { readonly store: ObjectStore }): Route => ({
  scope: "read",
  async handle(request) {
    const read = readQuery(itemPageQuerySchema, request.query);
    if (read.kind === "refused") return read.response;
    const lookup = await batchOf(store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const { batch } = lookup;
    const { cursor: from, limit } = read.query;
    const progress = await readProgress(store, batch);
    const results = await readResults(store, batch, progress, from, from + limit);
    const next = `/v1/batches/${batch.id}/results?cursor=${from + limit}&limit=${limit}`;
    return {
      status: 200,
      headers: {
        "content-type": "application/x-ndjson",
        ...(from + limit < batch.total ? { link: `<${next}>; rel="next"` } : {}),
      },
      body: results.map((result) => `${JSON.stringify(resultView(result))}\n`).join(""),
    };
  },
});
