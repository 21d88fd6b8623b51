import type { ResultRecord } from "../../shared/contract/batch-records.ts";

/** How often all slots must have been filled anew before their pace is believed. */
const roundsToBelieve = 3;

/** What this worker has made so far, for its heartbeat. */
export class Tally {
  itemsFinished = 0;
  audioSeconds = 0;
  /** While all slots were taken: time, clips that ended, and their audio. */
  #fullMs = 0;
  #fullSinceMs: number | null = null;
  #clipsWhileFull = 0;
  #audioSecondsWhileFull = 0;

  /** A result of ours that counts. */
  add(result: ResultRecord): void {
    this.itemsFinished += 1;
    this.audioSeconds += result.audio?.duration_seconds ?? 0;
  }

  /** From now on all slots are taken, or some are not. */
  markFull(isFull: boolean, nowMs: number): void {
    if (this.#fullSinceMs !== null) this.#fullMs += nowMs - this.#fullSinceMs;
    this.#fullSinceMs = isFull ? nowMs : null;
  }

  /** The engine has made a clip. */
  made(audioSeconds: number): void {
    if (this.#fullSinceMs === null) return;
    this.#clipsWhileFull += 1;
    this.#audioSecondsWhileFull += audioSeconds;
  }

  /**
   * Audio seconds made in a second with all slots taken; null until that is known. A pace with free slots is
   * not told: the fleet would take it for what a machine can do, and launch many times too many.
   */
  speed(slots: number, nowMs: number): number | null {
    if (slots === 0 || this.#clipsWhileFull < roundsToBelieve * slots) return null;
    const running = this.#fullSinceMs === null ? 0 : nowMs - this.#fullSinceMs;
    return this.#audioSecondsWhileFull / ((this.#fullMs + running) / 1000);
  }
}
