/** What happened to a batch, in the order in which it did: from its records alone, so nothing is kept for it. */
import type { EventView } from "../../contract/api/api.ts";
import type { ResultRecord } from "../../contract/records/batch-records.ts";
import { itemsPerChunk } from "../../contract/records/keys.ts";
import type { ObjectStore } from "../../ports.ts";
import { chunksOf, type BatchState } from "../progress/batch-files.ts";
import { readResults } from "./results.ts";

export interface EventPage {
  /** Each with the cursor that leads on after it. */
  readonly events: readonly { readonly cursor: string; readonly event: EventView }[];
  readonly nextCursor: string | null;
}

/** Events of one moment: a batch is submitted before it starts, and ends after its last item. */
const ranks: Readonly<Record<EventView["type"], number>> = {
  "batch.submitted": 0,
  "batch.started": 1,
  "batch.canceling": 2,
  "item.succeeded": 3,
  "item.failed": 3,
  "item.canceled": 3,
  "item.expired": 3,
  "batch.ended": 4,
};

/** @param after the cursor of the event before */
export async function readEvents(
  store: ObjectStore,
  state: BatchState,
  { after = "", limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<EventPage> {
  const events = [...batchEvents(state)];
  // Chunk by chunk: of a result, which is long, its event alone is kept.
  for (const chunk of chunksOf(state.batch.total)) {
    const from = chunk * itemsPerChunk;
    events.push(...(await readResults(store, state.progress, from, from + itemsPerChunk)).map(itemEvent));
  }
  const later = events
    .map((event) => ({ cursor: cursorOf(event), event }))
    .filter(({ cursor }) => cursor > after)
    .sort((one, other) => (one.cursor < other.cursor ? -1 : 1));
  const page = later.slice(0, limit);
  return { events: page, nextCursor: later.length > limit ? (page.at(-1)?.cursor ?? null) : null };
}

const cursorOf = ({ at, type, index }: EventView): string =>
  `${String(Date.parse(at)).padStart(13, "0")}-${ranks[type]}-${String(index ?? 0).padStart(6, "0")}`;

function batchEvents({ batch, progress, control }: BatchState): readonly EventView[] {
  const event = (type: EventView["type"], at: string | null, detail: string | null = null): EventView[] =>
    at === null
      ? []
      : [{ id: `${batch.id}:${type}`, type, at, item_id: null, index: null, custom_id: null, detail }];
  return [
    ...event("batch.submitted", batch.submitted_at),
    ...event("batch.started", progress.started_at),
    ...(control === null || control.cancel === null
      ? []
      : event("batch.canceling", control.canceled_at ?? control.at, control.cancel)),
    ...event("batch.ended", progress.ended_at, batch.input_errors === null ? null : "invalid"),
  ];
}

function itemEvent({ item_id, index, custom_id, outcome, finished_at, error }: ResultRecord): EventView {
  const type = `item.${outcome}` as const;
  const detail = error === null ? null : `${error.code}: ${error.detail}`;
  return { id: `${item_id}:${type}`, type, at: finished_at, item_id, index, custom_id, detail };
}
