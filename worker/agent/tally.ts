import type { ResultRecord } from "../../shared/contract/batch-records.ts";

/** What this worker has made so far, for its heartbeat. */
export class Tally {
  itemsFinished = 0;
  audioSeconds = 0;
  #busyMs = 0;
  #busySinceMs: number | null = null;
  readonly #gpuSeconds = new Map<string, number>();

  add(result: ResultRecord): void {
    this.itemsFinished += 1;
    this.audioSeconds += result.audio?.duration_seconds ?? 0;
    const before = this.#gpuSeconds.get(result.batch_id) ?? 0;
    this.#gpuSeconds.set(result.batch_id, before + result.gpu_seconds);
  }

  /** The engine has work from now on, or has none. */
  markBusy(isBusy: boolean, nowMs: number): void {
    if (this.#busySinceMs !== null) this.#busyMs += nowMs - this.#busySinceMs;
    this.#busySinceMs = isBusy ? nowMs : null;
  }

  /** Audio seconds made in a second of work; null before the first clip. */
  speed(nowMs: number): number | null {
    const running = this.#busySinceMs === null ? 0 : nowMs - this.#busySinceMs;
    const busySeconds = (this.#busyMs + running) / 1000;
    return this.audioSeconds === 0 || busySeconds === 0 ? null : this.audioSeconds / busySeconds;
  }

  gpuSecondsByBatch(): Record<string, number> {
    return Object.fromEntries(this.#gpuSeconds);
  }
}
