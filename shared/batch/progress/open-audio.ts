import type { BatchRecord, ProgressRecord } from "../../contract/records/batch-records.ts";
import { countsOf } from "./progress.ts";

/**
 * Audio seconds still to be made. Which of the items are left is not looked up: those that did not succeed
 * are taken to be equally long, so it is exact until an item fails or runs.
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
