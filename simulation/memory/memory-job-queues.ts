/** The job queues in memory. */
import { tiers, type Tier } from "../../shared/contract/tiers.ts";
import type { Clock, JobQueues, Random } from "../../shared/ports.ts";
import type { Faults } from "./faults.ts";
import { MemoryQueue } from "./memory-queue.ts";

/**
 * A queue for each tier of each model, and one for dead letters. The key of a fault is the model and the tier, such as
 * `small/fast`.
 */
export class MemoryJobQueues implements JobQueues {
  readonly deadLetters: MemoryQueue;
  readonly #queues = new Map<string, MemoryQueue>();

  constructor(options: {
    readonly clock: Clock;
    readonly models: readonly string[];
    readonly faults?: Faults;
    readonly random?: Random;
  }) {
    const { models, ...rest } = options;
    this.deadLetters = new MemoryQueue({ ...rest, name: "dead-letters" });
    for (const name of models.flatMap((model) => tiers.map((tier) => `${model}/${tier}`)))
      this.#queues.set(name, new MemoryQueue({ ...rest, name }));
  }

  of(model: string, tier: Tier): MemoryQueue {
    const queue = this.#queues.get(`${model}/${tier}`);
    if (queue === undefined) throw new RangeError(`expected a model that the stage serves, got '${model}'`);
    return queue;
  }
}
