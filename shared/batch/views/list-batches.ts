/** An owner's list of batches, page by page. */
import type { BatchView } from "../../contract/api/api.ts";
import { batchIdSchema, type BatchId } from "../../contract/ids.ts";
import { indexKeys } from "../../contract/records/keys.ts";
import { readLatch } from "../../interlock/latch.ts";
import { readCost } from "../../billing/receipts/batch-cost.ts";
import type { ListedObject } from "../../ports.ts";
import { readState } from "../progress/batch-files.ts";
import { readEntry } from "../progress/list-entry.ts";
import { batchView } from "./batch-view.ts";
import { CostBooks } from "../../billing/receipts/cost-books.ts";
import { type ListPorts, RecordError } from "../../records/records.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import { readSnapshot, type WatchPorts } from "./watch.ts";

export interface BatchPage {
  /** Each with the cursor of the page that follows it. */
  readonly batches: readonly { readonly cursor: string; readonly view: BatchView }[];
  /** Null after the last page. */
  readonly nextCursor: string | null;
}

const batchesAtOnce = 8;
/** Half of the time that the API waits for its function. A page that takes longer ends early. */
const readForMs = 15_000;

/** An owner's batches, newest first. @param cursor of the previous page */
export async function listBatches(
  owner: string,
  cursor: string | undefined,
  limit: number,
  { store, clock, log }: Pick<WatchPorts, "clock"> & ListPorts,
): Promise<BatchPage> {
  const prefix = indexKeys.owner(owner);
  const after = cursor === undefined ? {} : { after: `${prefix}${cursor}` };
  const [page, snapshot, latch] = await Promise.all([
    store.list(prefix, { limit, ...after }),
    readSnapshot(store),
    readLatch(store),
  ]);
  const cursorOf = ({ key }: ListedObject): string => key.slice(prefix.length);
  const books = new CostBooks(store);
  const untilMs = clock.nowMs() + readForMs;
  const currentView = async (id: BatchId): Promise<BatchView | null> => {
    const state = await readState(store, id);
    // A submit that failed before its batch existed leaves an entry in the index. A deleted batch keeps its entry, for
    // its bill.
    if (state === null || state.batch.deleted_at !== null) return null;
    const { batch, progress, control } = state;
    const cost = await readCost(store, state, clock.nowMs(), books);
    return batchView(batch, { progress, control, snapshot, latch, cost });
  };
  const views = await inParallel(page.objects, batchesAtOnce, async (entry) => {
    if (clock.nowMs() >= untilMs) return null;
    const cursor = cursorOf(entry);
    const kept = await readEntry(store, entry);
    const id = batchIdSchema.parse(cursor.slice(cursor.indexOf("-") + 1));
    try {
      const view = kept === null ? await currentView(id) : kept.view;
      return view === null ? [] : [{ cursor, view }];
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      log.error("left out of a list a batch that cannot be read; check its records", { batchId: id, error });
      return [];
    }
  });
  // Batches are read in order, so those for which there was no time are the last ones.
  const shown = views.filter((view) => view !== null);
  const isMore = page.more || shown.length < views.length;
  const last = page.objects[shown.length - 1];
  return { batches: shown.flat(), nextCursor: isMore && last !== undefined ? cursorOf(last) : null };
}
