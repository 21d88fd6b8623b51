import type { ResultRecord } from "../../../shared/contract/records/batch-records.ts";
import type { WorkerRecord } from "../../../shared/contract/records/fleet-records.ts";

/** What this worker has made so far, for its heartbeat. */
export class Tally {
  #itemsFinished = 0;
  #audioSeconds = 0;

  /** @param result one that this worker committed first */
  add(result: ResultRecord): void {
    this.#itemsFinished += 1;
    this.#audioSeconds += result.audio?.duration_seconds ?? 0;
  }

  told(): Pick<WorkerRecord, "items_finished" | "audio_seconds_made"> {
    return { items_finished: this.#itemsFinished, audio_seconds_made: this.#audioSeconds };
  }
}
