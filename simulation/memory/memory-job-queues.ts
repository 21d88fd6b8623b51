/** The job queues in memory. */
import { lanes, type Lane } from "../../shared/contract/lanes.ts";
import type { Clock, JobQueues, Random } from "../../shared/ports.ts";
import type { Faults } from "./faults.ts";
import { MemoryQueue } from "./memory-queue.ts";

/**
 * A queue for each lane of each model, and one for dead letters. The key of a fault is the model and the lane, such as
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
    for (const name of models.flatMap((model) => lanes.map((lane) => `${model}/${lane}`)))
      this.#queues.set(name, new MemoryQueue({ ...rest, name }));
  }

  of(model: string, lane: Lane): MemoryQueue {
    const queue = this.#queues.get(`${model}/${lane}`);
    if (queue === undefined) throw new RangeError(`expected a model that the stage serves, got '${model}'`);
    return queue;
  }
}
