/** Lists a batch's results. */
import { readProgress } from "../../../../shared/batch/progress/batch-files.ts";
import { licenceOf, resultView } from "../../../../shared/batch/views/item-view.ts";
import { readResults } from "../../../../shared/batch/views/results.ts";
import { readItemReceipts } from "../../../../shared/batch/reconcile/receipts.ts";
import type { StageConfig } from "../../../../shared/config.ts";
import type { ResultView } from "../../../../shared/contract/api/api.ts";
import type { ResultRecord } from "../../../../shared/contract/records/batch-records.ts";
import type { BatchId } from "../../../../shared/contract/ids.ts";
import { chunkOf } from "../../../../shared/contract/records/keys.ts";
import type { ItemReceipt } from "../../../../shared/contract/records/receipt.ts";
import type { ObjectStore } from "../../../../shared/ports.ts";
import type { Handler } from "../../api.ts";
import { fitting } from "../../fitting.ts";
import { type ItemPage, itemPageOf, itemsOn } from "../item-page.ts";
import { type ResultForm, resultFormOf } from "./result-form.ts";
import { csvHeader, csvRow } from "./results-csv.ts";
import { pageBytes } from "../../page.ts";

/**
 * `GET /v1/batches/{id}/results`: one line for each item that has ended so far, whatever its outcome, in the order of
 * the items. A page covers up to 1,000 items, or fewer if their results are long; `Link` names the next page. The pages
 * of CSV form one table: only the first has the header.
 */
export const getResults =
  (
    { store }: { readonly store: ObjectStore },
    settings: Pick<StageConfig, "models">,
  ): Handler<"GET /v1/batches/{id}/results"> =>
  async (request) => {
    const page = await itemPageOf(store, request);
    if (page.kind === "refused") return page.response;
    const form = resultFormOf(request);
    const results = await resultsOn(store, page, licenceOf(page.batch.model, settings));
    const rows = form === "csv" ? await csvRows(store, page, results) : jsonRows(results);
    const fit = fitting(rows, ({ line }) => line, pageBytes);
    const next = fit.length < rows.length ? String((fit.at(-1)?.index ?? page.from) + 1) : page.next;
    const header = form === "csv" && page.from === 0 ? csvHeader : "";
    return {
      status: 200,
      headers: {
        "content-type": contentTypeOf(form, header),
        vary: "accept",
        ...(next === null ? {} : { link: `<${addressOf(page, form, next)}>; rel="next"` }),
      },
      body: header + fit.map(({ line }) => line).join(""),
    };
  };

const contentTypeOf = (form: ResultForm, header: string): string =>
  form === "csv"
    ? `text/csv; charset=utf-8; header=${header === "" ? "absent" : "present"}`
    : "application/x-ndjson";

const addressOf = ({ batch, from, to }: ItemPage, form: ResultForm, cursor: string): string =>
  `/v1/batches/${batch.id}/results?cursor=${cursor}&limit=${to - from}${form === "csv" ? "&format=csv" : ""}`;

interface Line {
  readonly index: number;
  readonly line: string;
}

const jsonRows = (results: readonly ResultView[]): readonly Line[] =>
  results.map((view) => ({ index: view.index, line: `${JSON.stringify(view)}\n` }));

async function csvRows(
  store: ObjectStore,
  page: ItemPage,
  results: readonly ResultView[],
): Promise<readonly Line[]> {
  const byIndex = new Map((await itemsOn(store, page)).map((item) => [item.index, item]));
  return results.map((view) => ({ index: view.index, line: csvRow(view, byIndex.get(view.index) ?? null) }));
}

async function resultsOn(
  store: ObjectStore,
  { batch, from, to }: ItemPage,
  licence: string | null,
): Promise<readonly ResultView[]> {
  const progress = await readProgress(store, batch);
  const results = await readResults(store, progress, from, to);
  const receipts = await receiptsOf(store, batch.id, results);
  return results.map((result) =>
    resultView(result, { receipt: receipts.get(result.index) ?? null, licence }),
  );
}

/** The receipts of the chunks that these results are in, by index. */
async function receiptsOf(
  store: ObjectStore,
  batchId: BatchId,
  results: readonly ResultRecord[],
): Promise<ReadonlyMap<number, ItemReceipt>> {
  const chunks = new Set(results.map(({ index }) => chunkOf(index)));
  const read = await Promise.all([...chunks].map((chunk) => readItemReceipts(store, batchId, chunk)));
  return new Map(read.flatMap((receipts) => [...receipts]));
}
