import type { TimeSpent } from "../../../shared/contract/records/fleet-records.ts";
import type { BatchId, ItemId } from "../../../shared/contract/ids.ts";

interface Clip {
  readonly batchId: BatchId;
  /** `#shareMs` when the clip got a slot; null while it waits for one. */
  fromMs: number | null;
}

/**
 * What this worker's time is spent on, from when it is ready. The clips that have a slot share the engine equally at
 * each moment, so the seconds of all clips sum to the seconds in which the engine made anything. The engine says at
 * once when it is done with a clip, but not when it begins one: so the clips that it has had for longest are taken to
 * have the slots.
 */
export class Timesheet {
  /** In the order in which the engine was given them. */
  readonly #clips = new Map<ItemId, Clip>();
  readonly #madeMs = new Map<BatchId, number>();
  #slots = 0;
  #making = 0;
  /** The engine time of a clip that has had a slot from the beginning. */
  #shareMs = 0;
  #idleMs = 0;
  #interruptedMs = 0;
  #isTaken = false;
  /** Time is accounted for until then; null before the worker is ready. */
  #untilMs: number | null = null;

  ready(slots: number, nowMs: number): void {
    this.#untilMs ??= nowMs;
    this.#slots = slots;
  }

  /** EC2 is taking the machine: from now on idle time counts as interrupted. */
  taken(nowMs: number): void {
    this.#advance(nowMs);
    this.#isTaken = true;
  }

  /** The engine was given the clip. */
  begin(itemId: ItemId, batchId: BatchId, nowMs: number): void {
    this.#advance(nowMs);
    this.#clips.set(itemId, { batchId, fromMs: null });
    this.#fillSlots();
  }

  /**
   * The engine is done with the clip, whatever became of it.
   * @returns the clip's seconds of engine time
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
