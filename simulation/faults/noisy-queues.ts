/** Queues that deliver late and twice. */
import { lanes, type Lane } from "../../shared/contract/lanes.ts";
import { refusalOf } from "../memory/memory-queue.ts";
import type { Clock, JobQueue, JobQueues, OutgoingMessage, RefusedMessage } from "../../shared/ports.ts";
import { chance } from "./hazards.ts";

/** How a standard queue delivers: some messages come late, some come twice. */
export interface Noise {
  readonly seed: number;
  /** Shares of the messages, 0 to 1. */
  readonly late: number;
  readonly twice: number;
  readonly atMostLateMs: number;
}

/** A message with this text is accepted and never delivered. */
export const lostPrompt = "an item whose messages get lost";

/** A queue whose messages may come late, and more than once. */
export class NoisyQueue implements JobQueue {
  readonly receive: JobQueue["receive"];
  readonly extend: JobQueue["extend"];
  readonly delete: JobQueue["delete"];
  readonly depth: JobQueue["depth"];
  readonly #queue: JobQueue;
  readonly #clock: Clock;
  readonly #noise: Noise;
  #sent = 0;
  /** Messages that are not delivered yet. */
  late = 0;

  constructor(queue: JobQueue, clock: Clock, noise: Noise) {
    this.#queue = queue;
    this.#clock = clock;
    this.#noise = noise;
    this.receive = queue.receive.bind(queue);
    this.extend = queue.extend.bind(queue);
    this.delete = queue.delete.bind(queue);
    this.depth = queue.depth.bind(queue);
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly RefusedMessage[]> {
    const prompt: OutgoingMessage[] = [];
    const refused: RefusedMessage[] = [];
    for (const [place, message] of messages.entries()) {
      const refusal = refusalOf(message.body);
      if (refusal !== null) {
        refused.push({ place, ...refusal });
        continue;
      }
      if (message.body.includes(lostPrompt)) continue;
      this.#sent += 1;
      const draw = (what: string): number => chance(this.#noise.seed, `${what} ${this.#sent}`);
      if (draw("late") < this.#noise.late) this.#sendLater([message], draw("delay"));
      else prompt.push(message);
      if (draw("twice") < this.#noise.twice) this.#sendLater([message], draw("delay of the second"));
    }
    await this.#queue.send(prompt);
    return refused;
  }

  #sendLater(messages: readonly OutgoingMessage[], share: number): void {
    this.late += messages.length;
    void this.#clock.sleep(share * this.#noise.atMostLateMs).then(() => {
      this.late -= messages.length;
      return this.#queue.send(messages);
    });
  }
}

export class NoisyJobQueues implements JobQueues {
  readonly deadLetters: JobQueue;
  readonly #queues = new Map<string, NoisyQueue>();

  constructor(queues: JobQueues, models: readonly string[], clock: Clock, noise: Noise) {
    this.deadLetters = queues.deadLetters;
    for (const model of models)
      for (const lane of lanes)
        this.#queues.set(`${model}/${lane}`, new NoisyQueue(queues.of(model, lane), clock, noise));
  }

  of(model: string, lane: Lane): NoisyQueue {
    const queue = this.#queues.get(`${model}/${lane}`);
    if (queue === undefined) throw new RangeError(`expected a model that the stage serves, got '${model}'`);
    return queue;
  }
}
