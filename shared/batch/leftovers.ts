/** What attempts leave that did not become the result: audio that no result names, and checkpoints. */
import type { BatchRecord, ProgressRecord } from "../contract/batch-records.ts";
import { batchKeys, itemsPerChunk } from "../contract/keys.ts";
import { inParallel } from "../flow/in-parallel.ts";
import type { Log, ObjectStore } from "../ports.ts";
import { chunksOf } from "./batch-files.ts";
import { listAll } from "./marks.ts";
import { countsOf } from "./progress.ts";
import { readResults } from "./results.ts";

const deletesAtOnce = 16;

/** Delete it, of a batch that has ended: every item has its result, so no attempt will need any of it. */
export async function deleteLeftovers(
  { store, log }: { readonly store: ObjectStore; readonly log: Log },
  batch: BatchRecord,
  progress: ProgressRecord,
): Promise<void> {
  const [audio, checkpoints] = await Promise.all([
    listAll(store, batchKeys.audioPrefix(batch.id)),
    listAll(store, batchKeys.checkpointsPrefix(batch.id)),
  ]);
  const { succeeded } = countsOf(progress);
  // As many as there are clips: then there is nothing else, and the results need not be read.
  const named = audio.length > succeeded ? await namedAudio(store, batch, progress) : null;
  if (named !== null && named.size !== succeeded)
    log.error("not all results of a batch can be read; its audio is left as it is", { batchId: batch.id });
  const orphans =
    named === null || named.size !== succeeded ? [] : audio.filter(({ key }) => !named.has(key));
  await inParallel([...orphans, ...checkpoints], deletesAtOnce, ({ key }) => store.delete(key));
}

async function namedAudio(
  store: ObjectStore,
  batch: BatchRecord,
  progress: ProgressRecord,
): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  for (const chunk of chunksOf(batch.total)) {
    const from = chunk * itemsPerChunk;
    for (const { audio } of await readResults(store, batch, progress, from, from + itemsPerChunk))
      if (audio !== null) named.add(audio.key);
  }
  return named;
}
