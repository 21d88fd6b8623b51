/** What unsuccessful attempts leave behind: audio that no result names, and checkpoints. */
import type { ProgressRecord } from "../../contract/records/batch-records.ts";
import { batchKeys, itemsPerChunk } from "../../contract/records/keys.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import type { Log, ObjectStore } from "../../ports.ts";
import { chunksOf } from "../progress/batch-files.ts";
import { listAll } from "../progress/reminders.ts";
import { countsOf } from "../progress/progress.ts";
import { readResults } from "../views/results.ts";

const deletesAtOnce = 16;

/** Deletes what attempts left behind, once the batch has ended: every item has its result, so no attempt needs it. */
export async function deleteLeftovers(
  { store, log }: { readonly store: ObjectStore; readonly log: Log },
  progress: ProgressRecord,
): Promise<void> {
  const { batch_id: batchId } = progress;
  const [audio, checkpoints] = await Promise.all([
    listAll(store, batchKeys.audioPrefix(batchId)),
    listAll(store, batchKeys.checkpointsPrefix(batchId)),
  ]);
  const { succeeded } = countsOf(progress);
  // If there are as many files as clips, there are no leftovers, and the results need not be read.
  const named = audio.length > succeeded ? await namedAudio(store, progress) : null;
  if (named !== null && named.size !== succeeded)
    log.error("cannot read all results of a batch, so its audio is not cleaned up", { batchId });
  const unnamed =
    named === null || named.size !== succeeded ? [] : audio.filter(({ key }) => !named.has(key));
  await inParallel([...unnamed, ...checkpoints], deletesAtOnce, ({ key }) => store.delete(key));
}

async function namedAudio(store: ObjectStore, progress: ProgressRecord): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  for (const chunk of chunksOf(progress.total)) {
    const from = chunk * itemsPerChunk;
    for (const { audio } of await readResults(store, progress, from, from + itemsPerChunk))
      if (audio !== null) named.add(audio.key);
  }
  return named;
}
