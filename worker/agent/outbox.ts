import type { ItemEvent } from "../../shared/contract/messages.ts";
import type { EventsMessage } from "../../shared/contract/messages.ts";
import type { Clock, JobQueue, Log } from "../../shared/ports.ts";
import { Batcher } from "./batcher.ts";
import type { Tasks } from "./tasks.ts";

/** What changes a count is told within a second. */
const promptMs = 1_000;
/** About 1.5 kB an event: far below what a message may hold. */
const eventsPerMessage = 100;

/** Tells `fold` what happens to items, many events a message. */
export class Outbox {
  readonly #batcher: Batcher<ItemEvent>;
  readonly #unhurriedMs: number;

  /** @param unhurriedMs how long news of steps may wait: they change no count */
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
      send: (events) => queue.send(inMessages(events)),
    });
  }

  tell(event: ItemEvent): void {
    // Only the newest step of an item is news, and none once it has ended.
    this.#batcher.drop((waiting) => waiting.type === "advanced" && isOfSameItem(waiting, event));
    this.#batcher.add(event, event.type === "advanced" ? this.#unhurriedMs : promptMs);
  }

  flush(): Promise<void> {
    return this.#batcher.flush();
  }
}

const isOfSameItem = (one: ItemEvent, other: ItemEvent): boolean =>
  one.batch_id === other.batch_id && one.index === other.index;

function inMessages(events: readonly ItemEvent[]): { readonly body: string }[] {
  const messages: { body: string }[] = [];
  for (let start = 0; start < events.length; start += eventsPerMessage) {
    const message: EventsMessage = { v: 1, events: events.slice(start, start + eventsPerMessage) };
    messages.push({ body: JSON.stringify(message) });
  }
  return messages;
}
