/** The job queues on SQS. */
import { byTier, type ByTier, type Tier } from "../../contract/tiers.ts";
import type { JobQueue, JobQueues } from "../../ports.ts";

/** Finds the job queues of a model. */
export class SqsJobQueues implements JobQueues {
  readonly deadLetters: JobQueue;
  readonly #queues: ReadonlyMap<string, ByTier<JobQueue>>;

  constructor(
    urls: Readonly<Record<string, ByTier<string>>>,
    deadLettersUrl: string,
    queueAt: (url: string) => JobQueue,
  ) {
    this.deadLetters = queueAt(deadLettersUrl);
    this.#queues = new Map(
      Object.entries(urls).map(([model, own]) => [model, byTier((tier) => queueAt(own[tier]))]),
    );
  }

  of(model: string, tier: Tier): JobQueue {
    const queues = this.#queues.get(model);
    if (queues === undefined) throw new RangeError(`expected a model that the stage serves, got '${model}'`);
    return queues[tier];
  }
}
