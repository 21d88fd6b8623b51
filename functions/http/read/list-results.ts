import { readProgress } from "../../../shared/batch/progress/batch-files.ts";
import { resultView } from "../../../shared/batch/views/item-view.ts";
import { readResults } from "../../../shared/batch/views/results.ts";
import { readItemReceipts } from "../../../shared/batch/reconcile/receipts.ts";
import type { ResultRecord } from "../../../shared/contract/records/batch-records.ts";
import type { BatchId } from "../../../shared/contract/ids.ts";
import { chunkOf } from "../../../shared/contract/records/keys.ts";
import type { ItemReceipt } from "../../../shared/contract/records/receipt.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import type { Handler } from "../api.ts";
import { fitting } from "../fitting.ts";
import { itemPageOf } from "./item-page.ts";
import { pageBytes } from "../page.ts";

/**
 * `GET /v1/batches/{id}/results`: one JSON object a line, good and bad ones, in the order of the items, those
 * there are so far. A page covers up to 1,000 items, fewer where their results are long; `Link` names the
 * next one.
 */
export const getResults =
  ({ store }: { readonly store: ObjectStore }): Handler<"GET /v1/batches/{id}/results"> =>
  async (request) => {
    const page = await itemPageOf(store, request);
    if (page.kind === "refused") return page.response;
    const { batch, from, to } = page;
    const progress = await readProgress(store, batch);
    const results = await readResults(store, progress, from, to);
    const receipts = await receiptsOf(store, batch.id, results);
    const rows = results.map((result) => ({
      index: result.index,
      line: `${JSON.stringify(resultView(result, receipts.get(result.index) ?? null))}\n`,
    }));
    const fit = fitting(rows, ({ line }) => line, pageBytes);
    const next = fit.length < rows.length ? String((fit.at(-1)?.index ?? from) + 1) : page.next;
    const address = `/v1/batches/${batch.id}/results?cursor=${next ?? ""}&limit=${to - from}`;
    return {
      status: 200,
      headers: {
        "content-type": "application/x-ndjson",
        ...(next !== null ? { link: `<${address}>; rel="next"` } : {}),
      },
      body: fit.map(({ line }) => line).join(""),
    };
  };

/** Of the chunks that the results lie in; by index. */
async function receiptsOf(
  store: ObjectStore,
  batchId: BatchId,
  results: readonly ResultRecord[],
): Promise<ReadonlyMap<number, ItemReceipt>> {
  const chunks = new Set(results.map(({ index }) => chunkOf(index)));
  const read = await Promise.all([...chunks].map((chunk) => readItemReceipts(store, batchId, chunk)));
  return new Map(read.flatMap((receipts) => [...receipts]));
}
