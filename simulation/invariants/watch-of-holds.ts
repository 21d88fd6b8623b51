/** Checks that nothing more is made of a batch that its budget holds. */
import { readControl } from "../../shared/batch/progress/batch-files.ts";
import type { BatchId } from "../../shared/contract/ids.ts";
import type { MemoryStore } from "../memory/memory-store.ts";
import { resultsOf } from "./judgement.ts";
import type { Standing } from "../played/people.ts";
import type { EngineSpeed } from "../played/simulated-engine.ts";
import type { Order } from "../played/workload.ts";

/** Workers hear of a hold within this time, even if an answer or two are lost. What they have begun by then is made. */
const heardMs = 90_000;

interface Hold {
  /** As its record says: a batch may go on and be held again between two looks. */
  readonly since: string;
  /** When the hold was first seen. */
  readonly sinceMs: number;
  /** The batch's clips after those in hand were made; null before that. */
  made: number | null;
}

export class WatchOfHolds {
  readonly #store: MemoryStore;
  readonly #engines: Readonly<Record<string, EngineSpeed>>;
  readonly #violated: (invariant: string) => void;
  readonly #holds = new Map<BatchId, Hold>();

  constructor(
    store: MemoryStore,
    engines: Readonly<Record<string, EngineSpeed>>,
    violated: (invariant: string) => void,
  ) {
    this.#store = store;
    this.#engines = engines;
    this.#violated = violated;
  }

  /** @param outageMs for this long nobody could hear of the hold */
  async check(standings: readonly Standing[], nowMs: number, outageMs: number): Promise<void> {
    for (const { batch, order } of standings)
      if (batch !== null && order.budget !== undefined)
        await this.#checkBatch(batch.id, nowMs, heardMs + this.#longestClipMs(order) + outageMs);
  }

  /** In an engine with all slots busy. */
  #longestClipMs({ model, clips }: Order): number {
    const engine = this.#engines[model];
    return engine === undefined ? 0 : (Math.max(...clips) * 1000 * engine.slots) / engine.fullRate;
  }

  async #checkBatch(id: BatchId, nowMs: number, graceMs: number): Promise<void> {
    const held = (await readControl(this.#store, id))?.held ?? null;
    if (held === null) {
      this.#holds.delete(id);
      return;
    }
    const known = this.#holds.get(id);
    const hold = known?.since === held.since ? known : { since: held.since, sinceMs: nowMs, made: null };
    this.#holds.set(id, hold);
    if (nowMs - hold.sinceMs < graceMs) return;
    const made = await this.#madeOf(id);
    hold.made ??= made;
    if (made > hold.made) this.#violated(`${made - hold.made} clips of ${id} were made although it is held`);
  }

  async #madeOf(id: BatchId): Promise<number> {
    const results = [...(await resultsOf(this.#store, id)).values()];
    return results.filter(({ outcome }) => outcome === "succeeded").length;
  }
}
