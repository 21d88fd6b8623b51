import type { ResultRecord } from "../../../shared/contract/records/batch-records.ts";

/** What this worker has made so far, for its heartbeat. */
export class Tally {
  itemsFinished = 0;
  audioSeconds = 0;

  /** A result of ours that counts. */
  add(result: ResultRecord): void {
    this.itemsFinished += 1;
    this.audioSeconds += result.audio?.duration_seconds ?? 0;
  }
}
