/** Lists a batch's events. */
import { readState } from "../../../shared/batch/progress/batch-files.ts";
import { readEvents } from "../../../shared/batch/views/events.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import type { Handler } from "../api.ts";
import { pageOf } from "../page.ts";
import { batchOf, notFound } from "./visible-batch.ts";

/** `GET /v1/batches/{id}/events` */
export const getEvents =
  ({ store }: { readonly store: ObjectStore }): Handler<"GET /v1/batches/{id}/events"> =>
  async (request) => {
    const lookup = await batchOf(store, request);
    const state = lookup.kind === "not_found" ? null : await readState(store, lookup.batch.id);
    if (state === null) return notFound("batch").response;
    const { cursor, limit } = request.query;
    const { events, nextCursor } = await readEvents(store, state, { after: cursor, limit });
    return pageOf(
      events.map(({ cursor: own, event }) => ({ cursor: own, value: event })),
      nextCursor,
    );
  };
