/** That nothing more is made of a batch whose budget holds it. */
import { readControl } from "../shared/batch/batch-files.ts";
import type { BatchId } from "../shared/contract/ids.ts";
import type { MemoryStore } from "../shared/memory/memory-store.ts";
import { resultsOf } from "./judgement.ts";
import type { Standing } from "./people.ts";

/** Workers hear of a hold within seconds, and what they have begun by then is made: a clip takes minutes at most. */
const lastClipMs = 8 * 60_000;

interface Hold {
  /** When it was first seen. */
  readonly sinceMs: number;
  /** Clips that the batch had once those in hand were made; null before that. */
  made: number | null;
}

export class WatchOfHolds {
  readonly #store: MemoryStore;
  readonly #violated: (invariant: string) => void;
  readonly #holds = new Map<BatchId, Hold>();

  constructor(store: MemoryStore, violated: (invariant: string) => void) {
    this.#store = store;
    this.#violated = violated;
  }

  /** @param outageMs nobody may have heard for so long */
  async check(standings: readonly Standing[], nowMs: number, outageMs: number): Promise<void> {
    for (const { batch, order } of standings)
      if (batch !== null && order.budget !== undefined) await this.#checkBatch(batch.id, nowMs, outageMs);
  }

  async #checkBatch(id: BatchId, nowMs: number, outageMs: number): Promise<void> {
    if (((await readControl(this.#store, id))?.held ?? null) === null) {
      this.#holds.delete(id);
      return;
    }
    const hold = this.#holds.get(id) ?? { sinceMs: nowMs, made: null };
    this.#holds.set(id, hold);
    if (nowMs - hold.sinceMs < lastClipMs + outageMs) return;
    const made = await this.#madeOf(id);
    hold.made ??= made;
    if (made > hold.made) this.#violated(`${made - hold.made} clips of ${id} were made although it is held`);
  }

  async #madeOf(id: BatchId): Promise<number> {
    const results = [...(await resultsOf(this.#store, id)).values()];
    return results.filter(({ outcome }) => outcome === "succeeded").length;
  }
}
