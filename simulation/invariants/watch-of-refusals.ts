/** Checks that no machine is bought for items of which the queue refuses the message. */
import type { BatchRecord } from "../../shared/contract/records/batch-records.ts";
import { batchKeys } from "../../shared/contract/records/keys.ts";
import type { NoisyJobQueues } from "../faults/noisy-queues.ts";
import type { MemoryJobQueues } from "../memory/memory-job-queues.ts";
import type { FleetInstance } from "../../shared/ports.ts";
import type { Standing } from "../played/people.ts";
import type { ReaperLooks } from "./reaper-looks.ts";
import { areEmpty } from "./watch-of-looks.ts";

interface Asked extends Pick<Standing, "order"> {
  readonly batch: Pick<BatchRecord, "id"> | null;
}
interface Parts {
  readonly queues: MemoryJobQueues;
  readonly noisy: NoisyJobQueues;
  readonly reaper: ReaperLooks;
  /** When a result was written; null: the item is open. */
  readonly committedMs: (key: string) => number | null;
  readonly violated: (invariant: string) => void;
}

/**
 * The program that sends an item and hears of the refusal ends the item. If that program dies, the reconciler sends the
 * item again once the queues are empty, and a machine may be bought until then.
 */
export class WatchOfRefusals {
  readonly #parts: Parts;
  /** Since when all that is open of a model was refused by its queues, and these are empty. */
  readonly #sinceMs = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  look(models: readonly string[], standings: readonly Asked[], nowMs: number): void {
    for (const model of models) {
      const own = standings.filter(({ order }) => order.model === model);
      if (this.#isOnlyRefused(model, own)) this.#sinceMs.set(model, this.#sinceMs.get(model) ?? nowMs);
      else this.#sinceMs.delete(model);
    }
  }

  /** @param graceMs for this long EC2, the store or the queues could not be asked */
  launched(
    { instanceId, model }: Pick<FleetInstance, "instanceId" | "model">,
    nowMs: number,
    graceMs: number,
  ): void {
    const sinceMs = model === null ? undefined : this.#sinceMs.get(model);
    if (sinceMs === undefined || !this.#parts.reaper.hasHadTime(sinceMs, nowMs, graceMs)) return;
    this.#parts.violated(
      `${instanceId} was bought for ${model ?? ""}, whose queues refuse the messages of all open items`,
    );
  }

  #isOnlyRefused(model: string, standings: readonly Asked[]): boolean {
    const { queues, noisy } = this.#parts;
    const open = standings.flatMap((standing) => this.#openOf(standing, noisy));
    return open.length > 0 && open.every((kind) => kind === "refused") && areEmpty(model, queues, noisy);
  }

  #openOf({ batch, order }: Asked, noisy: NoisyJobQueues): readonly ("refused" | "other")[] {
    // It may have been stored already. Nothing of a batch with a limit is sent while it is held.
    if (batch === null || order.budget !== undefined) return ["other"];
    return order.clips
      .map((_, index) => batchKeys.result(batch.id, index))
      .filter((key) => this.#parts.committedMs(key) === null)
      .map((key) => (noisy.hasRefused(key) ? "refused" : "other"));
  }
}
