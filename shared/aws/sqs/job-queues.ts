/** The job queues on SQS. */
import type { JobQueue, JobQueues } from "../../ports.ts";

/** Finds the job queues of a model. */
export class SqsJobQueues implements JobQueues {
  readonly deadLetters: JobQueue;
  readonly #queues: ReadonlyMap<string, { readonly fast: JobQueue; readonly standard: JobQueue }>;

  constructor(
    urls: Readonly<Record<string, { readonly fast: string; readonly standard: string }>>,
    deadLettersUrl: string,
    queueAt: (url: string) => JobQueue,
  ) {
    this.deadLetters = queueAt(deadLettersUrl);
    this.#queues = new Map(
      Object.entries(urls).map(([model, lanes]) => [
        model,
        { fast: queueAt(lanes.fast), standard: queueAt(lanes.standard) },
      ]),
    );
  }

  of(model: string, lane: "fast" | "standard"): JobQueue {
    const queues = this.#queues.get(model);
    if (queues === undefined) throw new RangeError(`expected a model that the stage serves, got '${model}'`);
    return queues[lane];
  }
}
