import { describe, expect, test } from "vitest";
import * as z from "zod";
import { apiHandler } from "../../../../functions/http/api.ts";
import { readRoutes } from "../../../../functions/http/read/read-routes.ts";
import { addFailure, addInterruption } from "../../../../shared/batch/progress/attempts.ts";
import { cancelBatch } from "../../../../shared/batch/orders/cancel.ts";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import {
  audioLinkViewSchema,
  batchViewSchema,
  itemSummarySchema,
  itemViewSchema,
  modelViewSchema,
  pageSchema,
  resultViewSchema,
  routeViewSchema,
  stageViewSchema,
} from "../../../../shared/contract/api/api.ts";
import type { DecisionRecord } from "../../../../shared/contract/records/fleet-records.ts";
import { itemIdOf, type BatchId } from "../../../../shared/contract/ids.ts";
import { PlannedFaults } from "../../../../simulation/memory/faults.ts";
import { StoreError } from "../../../../shared/ports.ts";
import { problemSchema } from "../../../../shared/contract/api/problem.ts";
import { advanced, finished, of, one, result, started } from "../../batch/events.ts";
import { noonMs, prompts, settings, submitted, world, type World } from "../../batch/world.ts";
import { apiEvent, lambdaContext, type EventOptions } from "../api-event.ts";

const bob = JSON.stringify({ kind: "known", owner: "bob", scopes: ["read"] });

function start(at: World, path: string, options: EventOptions = {}) {
  const handler = apiHandler(readRoutes(at, settings), at.log);
  return handler(apiEvent(`GET ${path}`, options), lambdaContext);
}
async function get(at: World, path: string, options: EventOptions = {}) {
  const answer = await start(at, path, options);
  return { ...answer, text: answer.body ?? "", json: () => JSON.parse(answer.body ?? "null") as unknown };
}
const batchAt = (at: World, id: string, options: EventOptions = {}) =>
  get(at, "/v1/batches/{id}", { params: { id }, ...options });
const lines = (text: string) =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => resultViewSchema.parse(JSON.parse(line)));
const commit = async (at: World, id: BatchId, ...records: ReturnType<typeof result>[]) => {
  for (const record of records) {
    const own = { ...record, batch_id: id, item_id: itemIdOf(id, record.index) };
    const key = `batches/${id}/results/${String(record.index).padStart(6, "0")}.json`;
    await at.store.create(key, JSON.stringify(own));
    await foldEvents([of(id, finished(record.index, 30, own))], at);
  }
};

describe("GET /v1/batches/{id}", () => {
  test("shows what runs, and how far it is", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(4));
    await foldEvents(
      [started(0, 5), advanced(0, 8, 250), finished(1, 9)].map((event) => of(id, event)),
      at,
    );
    const view = batchViewSchema.parse((await batchAt(at, id)).json());
    expect(view).toMatchObject({
      status: "running",
      counts: { total: 4, queued: 2, running: 1, succeeded: 1 },
      // 10 s made and half of 10 s of 40 s.
      progress: 0.375,
      audio_seconds: { total: 40, succeeded: 10 },
      instances: 1,
      started_at: "2026-01-01T12:00:05.000Z",
      ended_at: null,
    });
  });

  test("is found by its owner and by operators alone", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(1), "eve");
    expect((await batchAt(at, id, { caller: bob })).statusCode).toBe(404);
    expect((await batchAt(at, id)).statusCode).toBe(200);
  });

  test.each(["batch_01KDVDNG00ZZZZZZZZZZZZZZZZ", "batch_x", "../keys/a"])(
    "answers 404 for %s",
    async (id) => {
      const answer = await batchAt(world(), id);
      expect(problemSchema.parse(answer.json())).toMatchObject({ status: 404, code: "not_found" });
    },
  );

  test("answers 304 to a client that has this version", async () => {
    const at = world();
    const { id } = await submitted(at);
    const etag = String((await batchAt(at, id)).headers?.["etag"]);
    const again = await batchAt(at, id, { headers: { "If-None-Match": `"x", ${etag}` } });
    expect(again).toMatchObject({ statusCode: 304, headers: { etag } });
    expect(again.body).toBeUndefined();
  });

  test.each([
    ["a proxy that made the tag strong", (etag: string) => etag.replace("W/", "")],
    ["a client that accepts any version", () => "*"],
  ])("answers 304 to %s", async (_name, tagOf) => {
    const at = world();
    const { id } = await submitted(at);
    const etag = String((await batchAt(at, id)).headers?.["etag"]);
    expect((await batchAt(at, id, { headers: { "if-none-match": tagOf(etag) } })).statusCode).toBe(304);
    expect((await batchAt(at, id, { headers: { "if-none-match": '"other"' } })).statusCode).toBe(200);
  });

  test("waits for a change, and answers with it at once", async () => {
    const at = world();
    const { id } = await submitted(at);
    const etag = String((await batchAt(at, id)).headers?.["etag"]);
    const options = { params: { id }, query: { wait: "25" }, headers: { "if-none-match": etag } };
    const waiting = start(at, "/v1/batches/{id}", options);
    await at.clock.advance(4_500);
    await foldEvents([of(id, started(0, 4))], at);
    const answer = await at.clock.runUntil(waiting);
    expect(answer.statusCode).toBe(200);
    expect(at.clock.nowMs() - noonMs).toBe(5_000);
  });

  test("waits no longer than asked, and then tells that nothing changed", async () => {
    const at = world();
    const { id } = await submitted(at);
    const etag = String((await batchAt(at, id)).headers?.["etag"]);
    const options = { params: { id }, query: { wait: "3" }, headers: { "if-none-match": etag } };
    const answer = await at.clock.runUntil(start(at, "/v1/batches/{id}", options));
    expect(answer.statusCode).toBe(304);
    expect(at.clock.nowMs() - noonMs).toBe(3_000);
  });

  test("does not wait for a batch that has ended", async () => {
    const at = world();
    const batch = await submitted(at, prompts(1));
    await cancelBatch(batch, "drain", at);
    const etag = String((await batchAt(at, batch.id)).headers?.["etag"]);
    const headers = { "if-none-match": etag };
    const answer = await batchAt(at, batch.id, { query: { wait: "25" }, headers });
    expect(answer.statusCode).toBe(304);
    expect(at.clock.nowMs()).toBe(noonMs);
  });

  test("lets so many wait at once, and answers the next at once with when to ask again", async () => {
    const at = world();
    const { id } = await submitted(at);
    const etag = String((await batchAt(at, id)).headers?.["etag"]);
    const options = { params: { id }, query: { wait: "20" }, headers: { "if-none-match": etag } };
    const waiting = Array.from({ length: 4 }, () => start(at, "/v1/batches/{id}", options));
    await at.clock.advance(1000);
    const fifth = await batchAt(at, id, options);
    expect([fifth.statusCode, fifth.headers?.["retry-after"]]).toEqual([304, "5"]);
    expect(at.clock.nowMs() - noonMs).toBe(1000);
    const answers = await at.clock.runUntil(Promise.all(waiting));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([304, 304, 304, 304]);
    const later = await at.clock.runUntil(start(at, "/v1/batches/{id}", options));
    expect([later.statusCode, later.headers?.["retry-after"]]).toEqual([304, undefined]);
  });

  test("forgets those who waited in a function that died", async () => {
    const at = world();
    const { id } = await submitted(at);
    const etag = String((await batchAt(at, id)).headers?.["etag"]);
    const options = { params: { id }, query: { wait: "20" }, headers: { "if-none-match": etag } };
    const until = (seconds: number) => new Date(noonMs + seconds * 1000).toISOString();
    const waits = { a: until(-1), b: until(5), c: until(-20), d: until(0) };
    await at.store.put("waits.json", JSON.stringify({ v: 1, waits }));
    const answer = await at.clock.runUntil(start(at, "/v1/batches/{id}", options));
    expect(answer.headers?.["retry-after"]).toBeUndefined();
    expect((await at.store.get("waits.json"))?.body).toBe(JSON.stringify({ v: 1, waits: { b: until(5) } }));
  });

  test("answers at once when it cannot be told who waits", async () => {
    const at = world(
      new PlannedFaults().beforeNext("get", /waits/, () => {
        throw new StoreError("no answer", "waits.json", { cause: null });
      }),
    );
    const { id } = await submitted(at);
    const etag = String((await batchAt(at, id)).headers?.["etag"]);
    const options = { params: { id }, query: { wait: "20" }, headers: { "if-none-match": etag } };
    expect((await batchAt(at, id, options)).headers?.["retry-after"]).toBe("5");
  });

  test.each(["26", "-1", "1.5", "soon", ""])("refuses to wait for '%s' seconds", async (wait) => {
    const at = world();
    const { id } = await submitted(at);
    const answer = await batchAt(at, id, { query: { wait } });
    expect(problemSchema.parse(answer.json()).detail).toMatch(/^in the query: 'wait': /);
  });

  test("says what its open items wait for, as the fleet's last decision has it", async () => {
    const at = world();
    const { id } = await submitted(at);
    const decision: DecisionRecord = {
      v: 1,
      at: "2026-01-01T12:01:00.000Z",
      models: [
        {
          model: "small",
          instance_type: "g4dn.xlarge",
          open_items: 3,
          open_audio_seconds: 30,
          work_seconds: 1,
          audio_seconds_per_second: 28,
          boot_seconds: 215,
          have: 0,
          want: 1,
          launch: 0,
          launched: 0,
          reasons: [
            { reason: "work", detail: "30 s of audio" },
            { reason: "price", detail: "every zone is over 0.40 USD an hour" },
          ],
        },
      ],
      launches: [],
      drained: [],
      prices: [],
      instances: {},
      spent_usd: { day: 0, month: 0 },
    };
    await at.store.put("fleet/snapshot.json", JSON.stringify(decision));
    expect(batchViewSchema.parse((await batchAt(at, id)).json()).waiting_reason).toEqual({
      reason: "price",
      detail: "every zone is over 0.40 USD an hour",
      at: "2026-01-01T12:01:00.000Z",
    });
    await foldEvents(
      [0, 1, 2].map((index) => of(id, started(index, 70))),
      at,
    );
    expect(batchViewSchema.parse((await batchAt(at, id)).json()).waiting_reason).toBeNull();
  });
});

describe("GET /v1/batches", () => {
  const page = pageSchema(batchViewSchema);

  test("lists the caller's own, newest first, page by page", async () => {
    const at = world();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.unshift((await submitted(at, prompts(1))).id);
      await at.clock.advance(1000);
    }
    await submitted(at, prompts(1), "eve");
    const first = page.parse((await get(at, "/v1/batches", { query: { limit: "3" } })).json());
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    expect(first.has_more).toBe(true);
    const query = { limit: "3", cursor: String(first.next_cursor) };
    const second = page.parse((await get(at, "/v1/batches", { query })).json());
    expect(second).toMatchObject({ next_cursor: null, has_more: false });
    expect(second.data.map(({ id }) => id)).toEqual(ids.slice(3));
  });

  test("skips what a submit that died left in the index", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(1));
    await at.store.delete(`batches/${id}/batch.json`);
    expect(page.parse((await get(at, "/v1/batches")).json()).data).toEqual([]);
  });

  test("shows another owner's to operators alone", async () => {
    const at = world();
    await submitted(at, prompts(1), "eve");
    const query = { owner: "eve" };
    expect(page.parse((await get(at, "/v1/batches", { query })).json()).data).toHaveLength(1);
    expect((await get(at, "/v1/batches", { query, caller: bob })).statusCode).toBe(403);
  });
});

describe("GET /v1/batches/{id}/states", () => {
  const statesAt = (at: World, id: string, headers: Record<string, string> = {}, caller?: string) =>
    get(at, "/v1/batches/{id}/states", {
      params: { id },
      headers,
      ...(caller !== undefined && { caller }),
    });

  test("is a letter for each item in their order, and nothing new while nothing has changed", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(5));
    await foldEvents([of(id, started(2, 5))], at);
    await commit(at, id, result(0), result(1, "failed"), result(3, "expired"));
    const answer = await statesAt(at, id);
    expect(answer.json()).toEqual({ states: "sfreq" });
    const etag = String(answer.headers?.["etag"]);
    expect(await statesAt(at, id, { "if-none-match": etag })).toMatchObject({ statusCode: 304, text: "" });
    await commit(at, id, result(2));
    expect((await statesAt(at, id, { "if-none-match": etag })).json()).toEqual({ states: "sfseq" });
  });

  test("is not told to a stranger", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(1), "eve");
    expect((await statesAt(at, id, {}, bob)).statusCode).toBe(404);
  });
});

test("GET /v1/stage says what the key may do, and the limits and budgets of the stage", async () => {
  const answer = await get(world(), "/v1/stage", { caller: bob });
  expect(stageViewSchema.parse(answer.json())).toMatchObject({
    key: { owner: "bob", scopes: ["read"] },
    budgets: { day_usd: "5.00", month_usd: "50.00" },
    limits: { max_instances: 4, queued_items: 2000 },
    target_seconds: { fast: 300, standard: 900, economy: 3600 },
    default_speed: "standard",
  });
});

describe("GET /v1/batches/{id}/items", () => {
  test("lists items in their order with their state", async () => {
    const at = world();
    const { id } = await submitted(at, { items: [{ prompt: "a", custom_id: "A" }, ...prompts(3).items] });
    await foldEvents(
      [started(2, 5), advanced(2, 6, 40)].map((event) => of(id, event)),
      at,
    );
    await commit(at, id, result(0), result(1, "failed"));
    const all = pageSchema(itemSummarySchema);
    const answer = await get(at, "/v1/batches/{id}/items", { params: { id }, query: { limit: "3" } });
    const page = all.parse(answer.json());
    expect(page.data.map(({ index, custom_id, status, step }) => [index, custom_id, status, step])).toEqual([
      [0, "A", "succeeded", null],
      [1, null, "failed", null],
      [2, null, "running", 40],
    ]);
    expect(page.next_cursor).toBe("3");
    const rest = await get(at, "/v1/batches/{id}/items", { params: { id }, query: { cursor: "3" } });
    expect(all.parse(rest.json())).toMatchObject({ data: [{ index: 3, status: "queued" }], has_more: false });
  });

  test("crosses chunks", async () => {
    const at = world();
    const items = Array.from({ length: 600 }, () => ({ prompt: "p", variations: 2 }));
    const { id } = await submitted(at, { items });
    const query = { cursor: "900", limit: "200" };
    const answer = await get(at, "/v1/batches/{id}/items", { params: { id }, query });
    const page = pageSchema(itemSummarySchema).parse(answer.json());
    expect(page.data.map(({ index }) => index)).toEqual(Array.from({ length: 200 }, (_, n) => 900 + n));
    expect(page.next_cursor).toBe("1100");
  });
});

describe("GET /v1/batches/{id}/results", () => {
  const results = (at: World, id: string, query: Record<string, string> = {}) =>
    get(at, "/v1/batches/{id}/results", { params: { id }, query });

  test("gives the lines there are while it runs, good and bad, in the order of the items", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(4));
    await commit(at, id, result(3), result(0, "failed"));
    const answer = await results(at, id);
    expect(answer.headers?.["content-type"]).toBe("application/x-ndjson");
    expect(answer.headers?.["link"]).toBeUndefined();
    const [bad, good] = lines(answer.text);
    expect(bad).toMatchObject({ index: 0, outcome: "failed", audio: null, error: { code: "engine_error" } });
    expect(good).toMatchObject({ index: 3, audio: { url: `/v1/items/${itemIdOf(id, 3)}/audio` } });
    // Where the bucket keeps it is nobody's business.
    expect(answer.text).not.toContain("batches/");
  });

  test("says under which licence each clip is, as the stage names the one of the weights", async () => {
    const at = world();
    const { id } = await submitted(at, { ...prompts(2), model: "large" });
    await commit(at, id, result(0), result(1, "failed"));
    expect(lines((await results(at, id)).text).map(({ licence }) => licence)).toEqual([
      "CC-BY-NC-4.0",
      "CC-BY-NC-4.0",
    ]);
    const item = await get(at, "/v1/items/{id}", { params: { id: itemIdOf(id, 0) } });
    expect(itemViewSchema.parse(item.json()).result?.licence).toBe("CC-BY-NC-4.0");
  });

  test("is empty text before the first result", async () => {
    const at = world();
    const { id } = await submitted(at);
    expect(await results(at, id)).toMatchObject({ statusCode: 200, text: "" });
  });

  test("reads a result by itself when its manifest was lost", async () => {
    const at = world();
    const { id } = await submitted(at);
    await commit(at, id, result(0), result(2));
    await at.store.delete(`batches/${id}/manifest/0.jsonl`);
    expect(lines((await results(at, id)).text).map(({ index }) => index)).toEqual([0, 2]);
  });

  test("names the next page of a batch of more than 1,000 items", async () => {
    const at = world();
    const items = Array.from({ length: 600 }, () => ({ prompt: "p", variations: 2 }));
    const { id } = await submitted(at, { items });
    await commit(at, id, result(5), result(1100));
    const first = await results(at, id);
    expect(lines(first.text).map(({ index }) => index)).toEqual([5]);
    expect(first.headers?.["link"]).toBe(`</v1/batches/${id}/results?cursor=1000&limit=1000>; rel="next"`);
    const second = await results(at, id, { cursor: "1000", limit: "1000" });
    expect(lines(second.text).map(({ index }) => index)).toEqual([1100]);
    expect(second.headers?.["link"]).toBeUndefined();
  });
});

describe("GET /v1/items/{id}", () => {
  const item = (at: World, id: string, options: EventOptions = {}) =>
    get(at, "/v1/items/{id}", { params: { id }, ...options });

  test("tells all that the clip is made from, and its result even before it is folded", async () => {
    const at = world();
    const { id } = await submitted(at, { items: [{ prompt: "a", seed: 5, custom_id: "x" }] });
    const itemId = itemIdOf(id, 0);
    const open = itemViewSchema.parse((await item(at, itemId)).json());
    expect(open).toMatchObject({ batch_id: id, prompt: "a", seed: 5, status: "queued", result: null });
    const record = { ...result(0), batch_id: id, item_id: itemId };
    await at.store.create(`batches/${id}/results/000000.json`, JSON.stringify(record));
    const made = itemViewSchema.parse((await item(at, itemId)).json());
    expect(made).toMatchObject({ status: "succeeded", result: { outcome: "succeeded" } });
  });

  test("tells the attempts that failed and how far interrupted ones came, while it is open too", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(2));
    const first = { batch_id: id, index: 0 };
    const failure = { at: "2026-01-01T12:00:09.000Z", code: "engine_error", detail: "it broke" };
    await addFailure(at, first, failure, { countsOnce: true });
    for (const steps of [120, 80])
      await addInterruption(at, first, { steps, own: { instance_id: one, gpu_seconds: 1 } });
    expect((await item(at, itemIdOf(id, 0))).json()).toMatchObject({
      status: "queued",
      attempts: { failures: [failure], interruptions: 2, interrupted_steps: 200 },
    });
    expect((await item(at, itemIdOf(id, 1))).json()).toMatchObject({
      attempts: { failures: [], interruptions: 0, interrupted_steps: 0 },
    });
  });

  test("is there for its owner alone, and only if its batch has it", async () => {
    const at = world();
    const { id } = await submitted(at);
    expect((await item(at, itemIdOf(id, 0), { caller: bob })).statusCode).toBe(404);
    expect((await item(at, itemIdOf(id, 3))).statusCode).toBe(404);
    expect((await item(at, "item_x")).statusCode).toBe(404);
    // One address for each item: no zeros before its number.
    expect((await item(at, itemIdOf(id, 1).replace("_1", "_01"))).statusCode).toBe(404);
  });
});

describe("GET /v1/items/{id}/audio", () => {
  const audio = (at: World, id: string) => get(at, "/v1/items/{id}/audio", { params: { id } });

  test("redirects to a URL that is signed now, for a quarter of an hour", async () => {
    const at = world();
    const { id } = await submitted(at);
    await commit(at, id, { ...result(2), custom_id: "bee" });
    const answer = await audio(at, itemIdOf(id, 2));
    expect(answer.statusCode).toBe(302);
    expect(answer.headers).toEqual({
      location: expect.stringMatching(
        new RegExp(`audio/2-1\\.wav\\?expires=${noonMs + 900_000}&name=000002-bee\\.wav$`),
      ) as string,
      "cache-control": "no-store",
    });
    expect(answer.body).toBeUndefined();
  });

  test("gives the signed address as JSON to a client that would send its key on with a redirect", async () => {
    const at = world();
    const { id } = await submitted(at);
    await commit(at, id, { ...result(2), custom_id: "bee" });
    const options = { params: { id: itemIdOf(id, 2) }, query: { redirect: "false" } };
    const answer = await get(at, "/v1/items/{id}/audio", options);
    expect(answer).toMatchObject({ statusCode: 200, headers: { "cache-control": "no-store" } });
    expect(audioLinkViewSchema.parse(answer.json())).toEqual({
      url: expect.stringMatching(
        new RegExp(`\\?expires=${noonMs + 900_000}&name=000002-bee\\.wav$`),
      ) as string,
      expires_at: "2026-01-01T12:15:00.000Z",
      file_name: "000002-bee.wav",
    });
    expect(
      (await get(at, "/v1/items/{id}/audio", { ...options, query: { redirect: "no" } })).statusCode,
    ).toBe(422);
  });

  test("is not ready before the clip is made, and a conflict when there will be none", async () => {
    const at = world();
    const { id } = await submitted(at);
    await commit(at, id, result(1, "failed"));
    expect(problemSchema.parse((await audio(at, itemIdOf(id, 0))).json())).toMatchObject({
      status: 409,
      code: "not_ready",
      retryable: true,
    });
    expect(problemSchema.parse((await audio(at, itemIdOf(id, 1))).json())).toMatchObject({
      status: 409,
      code: "conflict",
      detail: "the item has no audio: it failed (engine_error: it broke)",
    });
  });
});

test.each<[path: string, parameter: string, most: number]>([
  ["/v1/batches", "limit", 100],
  ["/v1/batches/{id}/items", "limit", 1000],
  ["/v1/batches/{id}/results", "limit", 1000],
  ["/v1/decisions", "limit", 100],
  ["/v1/keys", "limit", 100],
  ["/v1/batches/{id}", "wait", 25],
])("GET %s takes a %s of %d at most", async (path, parameter, most) => {
  const at = world();
  const { id } = await submitted(at);
  const asking = (value: number) => get(at, path, { params: { id }, query: { [parameter]: String(value) } });
  expect((await asking(most)).statusCode).toBe(200);
  expect(await asking(most + 1)).toMatchObject({ statusCode: 422 });
});

describe("the rest", () => {
  test("GET /v1/models tells the licence of the weights and not where they are", async () => {
    const answer = await get(world(), "/v1/models");
    const { data } = pageSchema(modelViewSchema).parse(answer.json());
    expect(data.map(({ id, licence }) => [id, licence])).toEqual([
      ["small", "CC-BY-NC-4.0"],
      ["large", "CC-BY-NC-4.0"],
    ]);
  });

  test("GET /v1/models tells what can be continued, and how much of it", async () => {
    const answer = await get(world(), "/v1/models");
    const { data } = pageSchema(modelViewSchema).parse(answer.json());
    expect(data[0]).toMatchObject({
      continues: { items: true, files: true },
      limits: { continued_seconds: 30, continued_bytes: 64 * 1024 * 1024 },
    });
  });

  test("GET /v1/decisions lists none before the first tick", async () => {
    const answer = await get(world(), "/v1/decisions");
    expect(answer.json()).toEqual({ data: [], next_cursor: null, has_more: false });
  });

  test("GET /healthz answers anyone", async () => {
    const answer = await get(world(), "/healthz", { caller: undefined });
    expect(z.object({ status: z.literal("ok") }).parse(answer.json())).toEqual({ status: "ok" });
  });

  test("GET /v1 lists every route, with the scope that it needs", async () => {
    const answer = await get(world(), "/v1", { caller: undefined });
    const { data } = pageSchema(routeViewSchema).parse(answer.json());
    expect(data).toHaveLength(43);
    expect(data).toContainEqual({
      method: "POST",
      path: "/v1/batches/{id}/cancel",
      scope: "submit",
      does: "cancels the unfinished items of a batch",
    });
  });

  test.each(["/v1/models", "/v1/capacity", "/v1/stop", "/v1", "/v1/items/{id}"])(
    "GET %s refuses a query parameter, for it knows none",
    async (path) => {
      const answer = await get(world(), path, { query: { verbose: "1" } });
      expect(problemSchema.parse(answer.json()).detail).toBe(
        "in the query: 'verbose': is not a known field; none is known here",
      );
    },
  );
});
