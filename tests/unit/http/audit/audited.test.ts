import { beforeEach, describe, expect, test } from "vitest";
import { submitBatch } from "../../../../shared/batch/submit/submit.ts";
import { routeKeys, routes, type RouteTerms } from "../../../../shared/contract/api/routes.ts";
import { auditActions, type AuditRecord } from "../../../../shared/contract/records/audit-records.ts";
import { auditRecordSchema } from "../../../../shared/contract/records/audit-records.ts";
import { keyIdOf } from "../../../../shared/contract/ids.ts";
import { StoreError } from "../../../../shared/ports.ts";
import { functionsOver } from "../../../memory-api/functions.ts";
import { World } from "../../fleet/world.ts";
import { apiEvent, lambdaContext, type EventOptions } from "../api-event.ts";

let world: World;
beforeEach(() => {
  world = new World();
});

const call = async (routeKey: (typeof routeKeys)[number], options: EventOptions = {}) => {
  const handler = functionsOver(world)[routes[routeKey].servedBy];
  const answer = await world.clock.runUntil(handler(apiEvent(routeKey, options), lambdaContext));
  return { status: answer.statusCode, body: JSON.parse(answer.body ?? "null") as { id: string } };
};
const recorded = async (): Promise<AuditRecord[]> => {
  const { objects } = await world.store.list("audit/");
  const bodies = await Promise.all(objects.map(async ({ key }) => (await world.store.get(key))?.body ?? ""));
  return bodies.map((body) => auditRecordSchema.parse(JSON.parse(body)));
};
const submitted = async (): Promise<string> => {
  const body = { items: [{ prompt: "a secret melody" }] };
  const taken = await submitBatch(
    { body, owner: "ada", idempotency: null },
    world.ports,
    world.stage.settings,
  );
  if (taken.kind !== "accepted") throw new Error(taken.kind);
  return taken.batch.id;
};

describe("an act leaves a record", () => {
  test("of who asked, with which key, under which request, and what came of it", async () => {
    const { body } = await call("POST /v1/stop");
    expect(await recorded()).toEqual([
      {
        v: 1,
        id: expect.stringMatching(/^\d{13}-[0-9A-Z]{26}$/) as string,
        at: "2026-01-01T00:00:00.000Z",
        action: "stop",
        by: { kind: "key", key_id: keyIdOf("0123456789abcdef"), owner: "ada" },
        request_id: "request-1",
        subject: null,
        outcome: "done",
        code: null,
        details: { stop_id: body.id },
      },
    ]);
  });

  test("that names the batch and what was asked, one write for each, the newest first", async () => {
    const id = await submitted();
    const params = { id };
    await call("POST /v1/batches/{id}/budget", { params, body: '{"max_cost_usd":"2.50"}' });
    await world.clock.advance(1_000);
    await call("POST /v1/batches/{id}/cancel", { params, body: '{"mode":"abort"}' });
    await world.clock.advance(1_000);
    await call("DELETE /v1/batches/{id}", { params });
    expect(
      (await recorded()).map(({ action, subject, outcome, details }) => [action, subject, outcome, details]),
    ).toEqual([
      ["batch.delete", id, "done", {}],
      ["batch.cancel", id, "done", { mode: "abort" }],
      ["batch.budget", id, "done", { max_cost_usd: "2.50" }],
    ]);
  });

  test("of a retry, with the batch that it made", async () => {
    const id = await submitted();
    await call("POST /v1/batches/{id}/cancel", { params: { id }, body: '{"mode":"abort"}' });
    await world.clock.advance(1_000);
    const retried = await call("POST /v1/batches/{id}/retry", { params: { id } });
    expect((await recorded())[0]).toMatchObject({
      action: "batch.retry",
      subject: id,
      details: { batch_id: retried.body.id },
    });
  });

  test("of a key, without the key", async () => {
    const body = '{"scopes":["read"],"owner":"ben","name":"CI of ben"}';
    const made = await call("POST /v1/keys", { body });
    await world.clock.advance(1_000);
    await call("DELETE /v1/keys/{id}", { params: { id: made.body.id } });
    const [revoked, created] = await recorded();
    expect([created?.subject, created?.details]).toEqual([made.body.id, { owner: "ben", scopes: ["read"] }]);
    expect([revoked?.action, revoked?.subject]).toEqual(["key.revoke", made.body.id]);
    expect(JSON.stringify([revoked, created])).not.toContain("mgb_");
  });

  test("of a webhook, without its secret and its address, which may hold one", async () => {
    const body = '{"url":"https://hooks.example.com/token-of-ada","events":["batch.ended"]}';
    const made = await call("POST /v1/webhooks", { body });
    const params = { id: made.body.id };
    await world.clock.advance(1_000);
    await call("PATCH /v1/webhooks/{id}", { params, body: '{"url":"https://hooks.example.com/token-2"}' });
    await world.clock.advance(1_000);
    await call("POST /v1/webhooks/{id}/rotate", { params });
    await world.clock.advance(1_000);
    await call("DELETE /v1/webhooks/{id}", { params });
    const records = await recorded();
    expect(records.map(({ action, details }) => [action, details])).toEqual([
      ["webhook.delete", {}],
      ["webhook.rotate", {}],
      ["webhook.change", { fields: ["url"] }],
      ["webhook.create", { events: ["batch.ended"] }],
    ]);
    expect(JSON.stringify(records)).not.toMatch(/token|whsec|hooks\.example/);
  });
});

describe("what changed nothing", () => {
  test("is recorded as refused, with the code", async () => {
    const params = { id: "batch_00000000000000000000000000" };
    await call("DELETE /v1/batches/{id}", { params });
    await world.clock.advance(1_000);
    await call("POST /v1/keys", { body: '{"scopes":["everything"]}' });
    expect(
      (await recorded()).map(({ action, subject, outcome, code }) => [action, subject, outcome, code]),
    ).toEqual([
      ["key.create", null, "refused", "invalid_input"],
      ["batch.delete", params.id, "refused", "not_found"],
    ]);
  });

  test("names no subject that is no id: somebody may send the key itself", async () => {
    await call("DELETE /v1/keys/{id}", { params: { id: "mgb_the-key-itself" } });
    expect(JSON.stringify(await recorded())).not.toContain("the-key-itself");
    expect(await recorded()).toMatchObject([{ action: "key.revoke", subject: null, outcome: "refused" }]);
  });

  test("leaves no record if it is a dry run, a read or an answer that is given again", async () => {
    await call("POST /v1/launch", { query: { dry_run: "true" } });
    await call("GET /v1/stop");
    const headers = { "idempotency-key": "once" };
    await call("POST /v1/start", { headers });
    await call("POST /v1/start", { headers });
    expect((await recorded()).map(({ action }) => action)).toEqual(["start"]);
  });
});

describe("when something fails", () => {
  test("an act that broke off is recorded as failed, for part of it may be done", async () => {
    world.launcher.trigger = () => Promise.reject(new TypeError("no launcher"));
    expect((await call("POST /v1/launch")).status).toBe(500);
    expect(await recorded()).toMatchObject([{ action: "launch", outcome: "failed", code: "internal" }]);
  });

  test("an act is answered though the store takes no record; the log then has it", async () => {
    world.faults.beforeNext("create", /^audit\//, () => {
      throw new StoreError("no answer", "audit/", { cause: null });
    });
    expect((await call("POST /v1/launch")).status).toBe(202);
    expect(await recorded()).toEqual([]);
    const [line] = world.log.entries.filter(({ level }) => level === "error");
    expect(line?.message).toBe("could not store a record of the audit; this line is the record");
    expect(line?.fields["record"]).toMatchObject({ action: "launch", outcome: "done" });
  });

  test("an act is answered within three seconds more though the store is silent", async () => {
    const create = world.store.create.bind(world.store);
    world.store.create = (key, body) =>
      key.startsWith("audit/") ? new Promise(() => undefined) : create(key, body);
    const began = world.clock.nowMs();
    expect((await call("POST /v1/launch")).status).toBe(202);
    expect(world.clock.nowMs() - began).toBe(3_000);
  });
});

/** Each of these is a record of its own already, or changes nothing that lasts. */
const noActs = [
  "POST /v1/batches",
  "POST /v1/uploads",
  "POST /v1/estimates",
  "POST /v1/webhooks/{id}/test",
  "POST /v1/webhooks/{id}/redeliver",
];

test("every route that changes something is an act, but for those that leave a record of their own", () => {
  const changing = routeKeys.filter((key) => !key.startsWith("GET "));
  expect(changing.filter((key) => (routes[key] as RouteTerms).act === undefined).toSorted()).toEqual(
    noActs.toSorted(),
  );
  const acts = routeKeys.flatMap((key) => (routes[key] as RouteTerms).act ?? []);
  expect(acts.toSorted()).toEqual([...auditActions].toSorted());
});
