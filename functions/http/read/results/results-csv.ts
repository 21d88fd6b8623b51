/**
 * Results as a table with one row for each item. The columns are part of the API. Those that a prompts file has too
 * are called as there, so that rows of this table can be submitted again.
 */
import type { ResultView } from "../../../../shared/contract/api/api.ts";
import type { ItemRecord } from "../../../../shared/contract/records/batch-records.ts";
import { csvLine, type CsvCell } from "../../csv.ts";

interface Row {
  readonly result: ResultView;
  readonly item: ItemRecord | null;
}

const columns: readonly (readonly [name: string, cell: (row: Row) => CsvCell | undefined])[] = [
  ["index", ({ result }) => result.index],
  ["item_id", ({ result }) => result.item_id],
  ["custom_id", ({ result }) => result.custom_id],
  ["outcome", ({ result }) => result.outcome],
  ["prompt", ({ item }) => item?.prompt],
  ["seed", ({ item }) => item?.seed],
  // Of a clip that was not made: as it was asked for.
  ["duration_seconds", ({ result, item }) => (result.audio ?? item?.parameters)?.duration_seconds],
  ["url", ({ result }) => result.audio?.url],
  ["format", ({ result, item }) => (result.audio ?? item?.parameters.output)?.format],
  ["bytes", ({ result }) => result.audio?.bytes],
  ["sha256", ({ result }) => result.audio?.sha256],
  ["sample_rate", ({ result }) => result.audio?.sample_rate],
  ["lufs", ({ result }) => result.audio?.checks.lufs],
  ["true_peak_dbtp", ({ result }) => result.audio?.checks.true_peak_dbtp],
  ["silence_ratio", ({ result }) => result.audio?.checks.silence_ratio],
  ["clipped_samples", ({ result }) => result.audio?.checks.clipped_samples],
  ["error_code", ({ result }) => result.error?.code],
  ["error_detail", ({ result }) => result.error?.detail],
  ["model", ({ result }) => result.provenance?.model],
  ["revision", ({ result }) => result.provenance?.revision],
  ["licence", ({ result }) => result.licence],
  ["gpu_seconds", ({ result }) => result.gpu_seconds],
  ["interruptions", ({ result }) => result.interruptions],
  ["usd", ({ result }) => numberIn(result.receipt?.usd)],
  ["finished_at", ({ result }) => result.finished_at],
  ["reused_from", ({ result }) => result.reused_from],
  ["temperature", ({ item }) => item?.parameters.temperature],
  ["top_k", ({ item }) => item?.parameters.top_k],
  ["top_p", ({ item }) => item?.parameters.top_p],
  ["guidance_scale", ({ item }) => item?.parameters.guidance_scale],
  ["extend_stride", ({ item }) => item?.parameters.extend_stride],
  ["normalize", ({ item }) => item?.parameters.output.normalize],
  ["fade_out_seconds", ({ item }) => item?.parameters.output.fade_out_seconds],
  ["continue_from", ({ item }) => item?.continue_from?.item_id ?? item?.continue_from?.upload_id],
  ["continue_start", ({ item }) => item?.continue_from?.start],
  ["continue_end", ({ item }) => item?.continue_from?.end],
  ["only_new", ({ item }) => item?.parameters.output.only_new?.toString()],
];

/** A double holds micro-dollars exactly, for amounts far above any batch's. */
const numberIn = (usd: string | undefined): number | null => (usd === undefined ? null : Number(usd));

export const csvHeader = csvLine(columns.map(([name]) => name));

/** @param item null: the record does not hold it */
export const csvRow = (result: ResultView, item: ItemRecord | null): string =>
  csvLine(columns.map(([, cell]) => cell({ result, item }) ?? null));
