/** The job queues on SQS. */
import { byLane, type ByLane, type Lane } from "../../contract/lanes.ts";
import type { JobQueue, JobQueues } from "../../ports.ts";

/** Finds the job queues of a model. */
export class SqsJobQueues implements JobQueues {
  readonly deadLetters: JobQueue;
  readonly #queues: ReadonlyMap<string, ByLane<JobQueue>>;

  constructor(
    urls: Readonly<Record<string, ByLane<string>>>,
    deadLettersUrl: string,
    queueAt: (url: string) => JobQueue,
  ) {
    this.deadLetters = queueAt(deadLettersUrl);
    this.#queues = new Map(
      Object.entries(urls).map(([model, own]) => [model, byLane((lane) => queueAt(own[lane]))]),
    );
  }

  of(model: string, lane: Lane): JobQueue {
    const queues = this.#queues.get(model);
    if (queues === undefined) throw new RangeError(`expected a model that the stage serves, got '${model}'`);
    return queues[lane];
  }
}
