/** Queues that deliver late and twice, and refuse some messages for their content. */
import { jobAddressSchema } from "../../shared/contract/messages.ts";
import { batchKeys } from "../../shared/contract/records/keys.ts";
import { tiers, type Tier } from "../../shared/contract/tiers.ts";
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
/** A message with this text is refused for its content, each time it is sent. */
export const refusedPrompt = "an item whose message the queue refuses";
const forContent = { code: "InvalidMessageContents", detail: "a simulated refusal of what it says" };

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
  /** Result keys of the items whose messages it refused. */
  readonly refusedItems = new Set<string>();

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
      const refusal = this.#refusalOf(message);
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

  #refusalOf({ body }: OutgoingMessage): Omit<RefusedMessage, "place"> | null {
    if (!body.includes(refusedPrompt)) return refusalOf(body);
    const { batch_id, index } = jobAddressSchema.parse(JSON.parse(body));
    this.refusedItems.add(batchKeys.result(batch_id, index));
    return forContent;
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
      for (const tier of tiers)
        this.#queues.set(`${model}/${tier}`, new NoisyQueue(queues.of(model, tier), clock, noise));
  }

  /** Whether the message of the item with this result's key was refused for its content. */
  hasRefused(resultKey: string): boolean {
    return [...this.#queues.values()].some(({ refusedItems }) => refusedItems.has(resultKey));
  }

  of(model: string, tier: Tier): NoisyQueue {
    const queue = this.#queues.get(`${model}/${tier}`);
    if (queue === undefined) throw new RangeError(`expected a model that the stage serves, got '${model}'`);
    return queue;
  }
}
