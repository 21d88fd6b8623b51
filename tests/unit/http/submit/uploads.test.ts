/** The routes of a batch that comes as an upload. */
import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../../functions/http/api.ts";
import { submitRoutes } from "../../../../functions/http/submit/submit-routes.ts";
import { batchViewSchema, uploadViewSchema } from "../../../../shared/contract/api/api.ts";
import { problemSchema } from "../../../../shared/contract/api/problem.ts";
import { uploadKeys } from "../../../../shared/contract/records/keys.ts";
import { expanded, linesOf, uploaded } from "../../batch/expand/upload-world.ts";
import { allKeys, settings, world, type World } from "../../batch/world.ts";
import { apiEvent, lambdaContext, type EventOptions } from "../api-event.ts";

async function post(at: World, path: string, body: unknown, options: EventOptions = {}) {
  const handler = apiHandler(submitRoutes(at, settings), at.log);
  const event = apiEvent(`POST ${path}`, { body: JSON.stringify(body), ...options });
  const result = await handler(event, lambdaContext);
  return { ...result, json: JSON.parse(result.body ?? "null") as unknown };
}
const eve = { caller: '{"kind":"known","owner":"eve","scopes":["read","submit","operate"]}' };
const dayMs = 86_400_000;

describe("POST /v1/uploads", () => {
  test("answers with a URL for a file of that size", async () => {
    const at = world();
    const answer = await post(at, "/v1/uploads", { bytes: 1234 });
    expect(answer.statusCode).toBe(201);
    const { id, url, headers } = uploadViewSchema.parse(answer.json);
    expect(url).toContain(uploadKeys.file(id));
    expect(headers).toEqual({ "content-length": "1234", "if-none-match": "*" });
  });

  test.each([0, 200 * 1024 * 1024 + 1, 1.5])("refuses a file of %s bytes", async (bytes) => {
    expect((await post(world(), "/v1/uploads", { bytes })).statusCode).toBe(422);
  });

  test("gives the same upload to the same Idempotency-Key with a URL of its own, and keeps no URL", async () => {
    const at = world();
    const headers = { "Idempotency-Key": "u1" };
    const first = uploadViewSchema.parse((await post(at, "/v1/uploads", { bytes: 9 }, { headers })).json);
    await at.clock.advance(60_000);
    const second = uploadViewSchema.parse((await post(at, "/v1/uploads", { bytes: 9 }, { headers })).json);
    expect(second.id).toBe(first.id);
    expect(second.url).not.toBe(first.url);
    for (const key of await allKeys(at)) expect((await at.store.get(key))?.body).not.toContain("memory://");
    await at.clock.advance(dayMs);
    expect((await post(at, "/v1/uploads", { bytes: 9 }, { headers })).statusCode).toBe(409);
  });
});

describe("POST /v1/batches with an upload", () => {
  test("answers 202 with a batch that is validated, and its repeat word for word when it is queued", async () => {
    const at = world();
    const body = { upload_id: await uploaded(at, linesOf(3)), name: "three" };
    const headers = { "Idempotency-Key": "k1" };
    const first = await post(at, "/v1/batches", body, { headers });
    const view = batchViewSchema.parse(first.json);
    expect([first.statusCode, view.status, view.counts.total]).toEqual([202, "validating", 0]);
    await expanded(at, view.id);
    const second = await post(at, "/v1/batches", body, { headers });
    expect(second.body).toBe(first.body);
    expect(second.headers?.["idempotency-replayed"]).toBe("true");
  });

  test("answers its repeat in the same way when the upload has expired, and when the bucket has deleted it", async () => {
    const at = world();
    const upload_id = await uploaded(at, linesOf(3));
    const headers = { "Idempotency-Key": "k1" };
    const first = await post(at, "/v1/batches", { upload_id }, { headers });
    await at.clock.advance(dayMs);
    expect((await post(at, "/v1/batches", { upload_id }, { headers })).body).toBe(first.body);
    await at.store.delete(uploadKeys.file(upload_id));
    await at.store.delete(uploadKeys.record(upload_id));
    await at.clock.advance(dayMs);
    expect((await post(at, "/v1/batches", { upload_id }, { headers })).body).toBe(first.body);
  });

  test("does not find another owner's upload, whatever the key may do, nor one that has expired", async () => {
    const at = world();
    const body = { upload_id: await uploaded(at, linesOf(3)) };
    expect((await post(at, "/v1/batches", body, eve)).statusCode).toBe(404);
    await at.clock.advance(dayMs);
    expect((await post(at, "/v1/batches", body)).statusCode).toBe(404);
  });

  test("makes one batch of an upload: another submit of it is told which", async () => {
    const at = world();
    const body = { upload_id: await uploaded(at, linesOf(3)) };
    const { id } = batchViewSchema.parse((await post(at, "/v1/batches", body)).json);
    const again = await post(at, "/v1/batches", body);
    expect(again.statusCode).toBe(409);
    expect(problemSchema.parse(again.json).detail).toBe(`the upload was submitted already, as ${id}`);
  });

  test("wants the file to be there, and to have the size that was named", async () => {
    const at = world();
    const id = await uploaded(at, linesOf(3));
    at.store.upload(uploadKeys.file(id), Buffer.from("other"));
    const other = await post(at, "/v1/batches", { upload_id: id });
    expect(problemSchema.parse(other.json).detail).toMatch(
      /^the file has 5 bytes, but the upload was made for /,
    );
    await at.store.delete(uploadKeys.file(id));
    expect((await post(at, "/v1/batches", { upload_id: id })).statusCode).toBe(409);
  });

  test.each<[name: string, more: object, pointer: string]>([
    ["items as well", { items: [{ prompt: "p" }] }, "/items"],
    ["a model that is not served", { model: "huge" }, "/model"],
    [
      "defaults that no clip of the model can have",
      { defaults: { duration_seconds: 60 } },
      "/defaults/duration_seconds",
    ],
  ])("refuses %s at once, and the upload stays", async (_name, more, pointer) => {
    const at = world();
    const upload_id = await uploaded(at, linesOf(3));
    const answer = await post(at, "/v1/batches", { upload_id, ...more });
    expect(answer.statusCode).toBe(422);
    expect(problemSchema.parse(answer.json).errors?.map((fault) => fault.pointer)).toEqual([pointer]);
    expect((await post(at, "/v1/batches", { upload_id })).statusCode).toBe(202);
  });

  test("is estimated by its totals, and not by a dry run", async () => {
    const at = world();
    const totals = { items: 50_000, audio_seconds: 500_000, longest_seconds: 10 };
    const answer = await post(at, "/v1/estimates", { totals, speed: "economy" });
    expect(answer.json).toMatchObject({ items: 50_000, audio_seconds: 500_000, speed: "economy" });
    const tooLong = await post(at, "/v1/estimates", { totals: { ...totals, longest_seconds: 60 } });
    expect(problemSchema.parse(tooLong.json).errors?.[0]?.pointer).toBe("/totals/longest_seconds");
    const dryRun = { query: { dry_run: "true" } };
    const upload_id = await uploaded(at, linesOf(3));
    expect((await post(at, "/v1/batches", { upload_id }, dryRun)).statusCode).toBe(422);
  });
});
