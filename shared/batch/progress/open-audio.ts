/** How much audio of a batch is still to be made. */
import type { BatchRecord, ProgressRecord } from "../../contract/records/batch-records.ts";
import { countsOf } from "./progress.ts";

/**
 * Audio seconds still to be made. It does not look up which items are left: all items that have not succeeded count
 * with their average length. So it is exact until an item fails or runs.
 */
export function openAudioSeconds(batch: BatchRecord, progress: ProgressRecord): number {
  const { total, queued, running, succeeded } = countsOf(progress);
  if (queued + running === 0) return 0;
  const leftSeconds = Math.max(0, batch.audio_seconds - progress.audio_seconds);
  const secondsEach = leftSeconds / (total - succeeded);
  const made = Object.values(progress.running).reduce(
    (sum, item) => sum + (item.steps === 0 ? 0 : item.step / item.steps),
    0,
  );
  return secondsEach * (queued + running - made);
}
