import { messageText, type EventsMessage, type ItemEvent } from "../../../shared/contract/messages.ts";
import type { Clock, JobQueue, Log, OutgoingMessage } from "../../../shared/ports.ts";
import { Batcher } from "./batcher.ts";
import type { Tasks } from "../flow/tasks.ts";

/** An event that changes a count is sent within a second. */
const promptMs = 1_000;
/** At about 1.5 kB an event, far below what a message may hold. */
const eventsPerMessage = 100;

/** Sends the events of items to `fold`, many in a message. */
export class Outbox {
  readonly #queue: JobQueue;
  readonly #log: Log;
  readonly #batcher: Batcher<ItemEvent>;
  readonly #unhurriedMs: number;

  /** @param unhurriedMs how long an event about steps may wait: it changes no count */
  constructor(
    queue: JobQueue,
    options: {
      readonly clock: Clock;
      readonly log: Log;
      readonly tasks: Tasks;
      readonly unhurriedMs: number;
    },
  ) {
    this.#unhurriedMs = Math.max(promptMs, options.unhurriedMs);
    this.#batcher = new Batcher<ItemEvent>({
      ...options,
      what: "send events",
      maxEntries: eventsPerMessage,
      send: (events) => this.#send(events),
    });
    this.#queue = queue;
    this.#log = options.log;
  }

  tell(event: ItemEvent): void {
    // A newer event of the same item replaces one about its steps.
    this.#batcher.drop((waiting) => waiting.type === "advanced" && isOfSameItem(waiting, event));
    this.#batcher.add(event, event.type === "advanced" ? this.#unhurriedMs : promptMs);
  }

  flush(): Promise<void> {
    return this.#batcher.flush();
  }

  /** Only the event that SQS refuses is dropped, not its whole message. The reconciler finds the result without it. */
  async #send(events: readonly ItemEvent[]): Promise<void> {
    const messages = inMessages(events);
    const refused = await this.#queue.send(messages.map(bodyOf));
    const alone = refused.flatMap(({ place }) => messages[place] ?? []).map((event) => [event]);
    const dropped = await this.#queue.send(alone.map(bodyOf));
    for (const { place, code, detail } of dropped)
      this.#log.error("SQS refused an event; it is dropped", {
        events: alone[place]?.map(({ type, batch_id, index }) => ({ type, batch_id, index })),
        code,
        detail,
      });
  }
}

const isOfSameItem = (one: ItemEvent, other: ItemEvent): boolean =>
  one.batch_id === other.batch_id && one.index === other.index;

const inMessages = (events: readonly ItemEvent[]): readonly (readonly ItemEvent[])[] =>
  Array.from({ length: Math.ceil(events.length / eventsPerMessage) }, (_, message) =>
    events.slice(message * eventsPerMessage, (message + 1) * eventsPerMessage),
  );

function bodyOf(events: readonly ItemEvent[]): OutgoingMessage {
  const message: EventsMessage = { v: 1, events: [...events] };
  return { body: messageText(message) };
}
