import type { BatchView } from "../contract/api.ts";
import { batchIdSchema } from "../contract/ids.ts";
import { indexKeys } from "../contract/keys.ts";
import { readCost } from "./batch-cost.ts";
import { readBatch, readControl, readProgress } from "./batch-files.ts";
import { batchView } from "./batch-view.ts";
import { inParallel } from "./in-parallel.ts";
import { readSnapshot, type WatchPorts } from "./watch.ts";

export interface BatchPage {
  readonly batches: readonly BatchView[];
  /** Null after the last page. */
  readonly nextCursor: string | null;
}

const batchesAtOnce = 8;

/** An owner's batches, newest first. @param cursor of the page before */
export async function listBatches(
  owner: string,
  cursor: string | undefined,
  limit: number,
  { store, clock }: WatchPorts,
): Promise<BatchPage> {
  const prefix = indexKeys.owner(owner);
  const after = cursor === undefined ? {} : { after: `${prefix}${cursor}` };
  const [page, snapshot] = await Promise.all([store.list(prefix, { limit, ...after }), readSnapshot(store)]);
  const entries = page.objects.map(({ key }) => key.slice(prefix.length));
  const views = await inParallel(entries, batchesAtOnce, async (entry) => {
    const batch = await readBatch(store, batchIdSchema.parse(entry.slice(entry.indexOf("-") + 1)));
    // A submit that died before its batch was there left its entry in the index.
    if (batch === null) return [];
    const [progress, control] = await Promise.all([readProgress(store, batch), readControl(store, batch.id)]);
    const cost = await readCost(store, batch, progress, clock.nowMs());
    return [batchView(batch, { progress, control, snapshot, cost })];
  });
  return { batches: views.flat(), nextCursor: page.more ? (entries.at(-1) ?? null) : null };
}
