import type { TimeSpent } from "../../../shared/contract/records/fleet-records.ts";
import type { BatchId, ItemId } from "../../../shared/contract/ids.ts";

interface Clip {
  readonly batchId: BatchId;
  /** A slot's share of engine time as it stood when the clip got one; null while it waits for one. */
  fromMs: number | null;
}

/**
 * What this worker's time goes to since it has been ready: at each moment the clips in the making share the engine
 * equally, so that the clips' seconds sum to the seconds in which anything was made at all. In the making are the
 * clips that have been in the engine for longest, as many as it has slots: the engine tells when it is done with
 * one, but not at once when it begins.
 */
export class Timesheet {
  /** In the order in which the engine got them. */
  readonly #clips = new Map<ItemId, Clip>();
  readonly #madeMs = new Map<BatchId, number>();
  #slots = 0;
  #making = 0;
  /** What a clip has had of the engine that has been in the making all the time. */
  #shareMs = 0;
  #idleMs = 0;
  #interruptedMs = 0;
  #isTaken = false;
  /** Up to when time is accounted for; null before the worker is ready. */
  #untilMs: number | null = null;

  ready(slots: number, nowMs: number): void {
    this.#untilMs ??= nowMs;
    this.#slots = slots;
  }

  /** EC2 takes the machine: what is idle from now on is so for that. */
  taken(nowMs: number): void {
    this.#advance(nowMs);
    this.#isTaken = true;
  }

  /** The engine has got the clip. */
  begin(itemId: ItemId, batchId: BatchId, nowMs: number): void {
    this.#advance(nowMs);
    this.#clips.set(itemId, { batchId, fromMs: null });
    this.#fillSlots();
  }

  /**
   * The engine is done with the clip, whatever came of it.
   * @returns the seconds of the engine that it took
   */
  end(itemId: ItemId, nowMs: number): number {
    this.#advance(nowMs);
    const clip = this.#clips.get(itemId);
    this.#clips.delete(itemId);
    if (clip?.fromMs == null) return 0;
    const tookMs = this.#shareMs - clip.fromMs;
    this.#madeMs.set(clip.batchId, (this.#madeMs.get(clip.batchId) ?? 0) + tookMs);
    this.#making -= 1;
    this.#fillSlots();
    return seconds(tookMs);
  }

  told(nowMs: number): TimeSpent {
    this.#advance(nowMs);
    const madeMs = new Map(this.#madeMs);
    for (const { batchId, fromMs } of this.#clips.values())
      if (fromMs !== null) madeMs.set(batchId, (madeMs.get(batchId) ?? 0) + this.#shareMs - fromMs);
    return {
      gpu_seconds_by_batch: Object.fromEntries([...madeMs].map(([id, ms]) => [id, seconds(ms)])),
      idle_seconds: seconds(this.#idleMs),
      interrupted_seconds: seconds(this.#interruptedMs),
    };
  }

  #fillSlots(): void {
    for (const clip of this.#clips.values()) {
      if (this.#making >= this.#slots) return;
      if (clip.fromMs !== null) continue;
      clip.fromMs = this.#shareMs;
      this.#making += 1;
    }
  }

  #advance(nowMs: number): void {
    if (this.#untilMs === null) return;
    const passedMs = Math.max(0, nowMs - this.#untilMs);
    if (this.#making > 0) this.#shareMs += passedMs / this.#making;
    else if (this.#isTaken) this.#interruptedMs += passedMs;
    else this.#idleMs += passedMs;
    this.#untilMs = nowMs;
  }
}

const seconds = (ms: number): number => Math.round(ms) / 1000;
