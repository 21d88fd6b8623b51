import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../../functions/http/api.ts";
import { readRoutes } from "../../../../functions/http/read/read-routes.ts";
import { cancelBatch } from "../../../../shared/batch/orders/cancel.ts";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import { eventViewSchema, pageSchema } from "../../../../shared/contract/api/api.ts";
import { changeControl } from "../../../../shared/interlock/control.ts";
import { itemIdOf, type BatchId } from "../../../../shared/contract/ids.ts";
import { at as second, finished, of, result, started } from "../../batch/events.ts";
import { prompts, settings, submitted, world, type World } from "../../batch/world.ts";
import { apiEvent, lambdaContext } from "../api-event.ts";

async function events(at: World, id: BatchId, query: Record<string, string> = {}) {
  const event = apiEvent("GET /v1/batches/{id}/events", { params: { id }, query });
  const answer = await apiHandler(readRoutes(at, settings), at.log)(event, lambdaContext);
  return pageSchema(eventViewSchema).parse(JSON.parse(answer.body ?? "null"));
}
const told = ({ data }: Awaited<ReturnType<typeof events>>) => data.map(({ type, index }) => [type, index]);

/** Ends the items one after another, in this order, a second between them. */
async function end(at: World, id: BatchId, ...records: ReturnType<typeof result>[]): Promise<void> {
  for (const [place, record] of records.entries()) {
    const own = {
      ...record,
      batch_id: id,
      item_id: itemIdOf(id, record.index),
      finished_at: second(30 + place),
    };
    await foldEvents([of(id, finished(record.index, 30 + place, own))], at);
  }
}

describe("events", () => {
  test("are told in the order in which they happened, items by their end and not by their index", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(3));
    await foldEvents([of(id, started(2, 5))], at);
    await end(at, id, result(2), result(0, "failed"), result(1, "expired"));
    const page = await events(at, id);
    expect(told(page)).toEqual([
      ["batch.submitted", null],
      ["batch.started", null],
      ["item.succeeded", 2],
      ["item.failed", 0],
      ["item.expired", 1],
      ["batch.ended", null],
    ]);
    expect(page.data[3]).toEqual({
      id: `${itemIdOf(id, 0)}:item.failed`,
      type: "item.failed",
      at: "2026-01-01T12:00:31.000Z",
      item_id: itemIdOf(id, 0),
      index: 0,
      custom_id: null,
      detail: "engine_error: it broke",
    });
    expect(page.next_cursor).toBeNull();
  });

  test("come page by page, each once, also those of one moment", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(6));
    const batch = await submitted(at, prompts(6));
    await cancelBatch(batch, "abort", at);
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await events(at, batch.id, { limit: "3", ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.data.map(({ type, index }) => `${type} ${index ?? "-"}`));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual([
      "batch.submitted -",
      "batch.canceling -",
      ...[0, 1, 2, 3, 4, 5].map((index) => `item.canceled ${index}`),
      "batch.ended -",
    ]);
    expect(told(await events(at, id))).toEqual([["batch.submitted", null]]);
  });

  test("tell of a cancel at its own time, whatever is changed later", async () => {
    const at = world();
    const batch = await submitted(at, prompts(2));
    await foldEvents([of(batch.id, started(0, 5))], at);
    await cancelBatch(batch, "drain", at);
    const before = (await events(at, batch.id)).data.find(({ type }) => type === "batch.canceling");
    await at.clock.advance(60_000);
    await changeControl(at, batch.id, () => ({ max_cost_usd: "5.00" }));
    const after = (await events(at, batch.id)).data.find(({ type }) => type === "batch.canceling");
    expect(after).toEqual(before);
  });

  test("have the same ids when they are told again", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(2));
    await end(at, id, result(0));
    const first = await events(at, id);
    await end(at, id, result(1));
    const again = await events(at, id);
    expect(again.data.slice(0, first.data.length)).toEqual(first.data);
    expect(new Set(again.data.map((event) => event.id)).size).toBe(again.data.length);
  });
});
