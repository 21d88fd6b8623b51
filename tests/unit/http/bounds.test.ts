/** Every answer has a bound in bytes, whatever lies in the store. Lambda answers 6 MB, our text escaped in its own. */
import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../functions/http/api.ts";
import { readRoutes } from "../../../functions/http/read/read-routes.ts";
import { submitRoutes } from "../../../functions/http/submit/submit-routes.ts";
import { batchViewSchema, usageViewSchema } from "../../../shared/contract/api/api.ts";
import { decisionRecordSchema, type DecisionRecord } from "../../../shared/contract/records/fleet-records.ts";
import { keepAudit } from "../../../shared/audit/keep-audit.ts";
import { webhookViewSchema } from "../../../shared/contract/api/webhooks.ts";
import { deliveryIdSchema, itemIdOf } from "../../../shared/contract/ids.ts";
import { writeDelivery } from "../../../shared/webhooks/deliveries.ts";
import { createEndpoint } from "../../../shared/webhooks/endpoints.ts";
import { ended } from "../webhooks/world.ts";
import { batchKeys, fleetKeys, indexKeys } from "../../../shared/contract/records/keys.ts";
import { problemSchema } from "../../../shared/contract/api/problem.ts";
import { emptyProgress } from "../../../shared/batch/progress/progress.ts";
import { IndexSet } from "../../../shared/batch/progress/index-set.ts";
import { result } from "../batch/events.ts";
import { prompts, settings, submitted, world, type World } from "../batch/world.ts";
import { halfAnHour } from "../billing/ledger-entry.ts";
import { apiEvent, lambdaContext, type EventOptions } from "./api-event.ts";

const noonText = "2026-01-01T12:00:00.000Z";
const lambdaBytes = 6 * 1024 * 1024;

async function call(at: World, routeKey: string, options: EventOptions = {}) {
  const routes = { ...readRoutes(at, settings), ...submitRoutes(at, settings) };
  const answer = await apiHandler(routes, at.log)(apiEvent(routeKey, options), lambdaContext);
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(lambdaBytes);
  return {
    ...answer,
    text: answer.body ?? "",
    json: JSON.parse(answer.body?.split("\n")[0] || "null") as unknown,
  };
}

/** All rows of a list, page by page, and how many pages it took. */
async function allRows(
  at: World,
  path: string,
  query: Record<string, string>,
  params: Record<string, string> = {},
): Promise<[rows: unknown[], pages: number]> {
  const rows: unknown[] = [];
  for (let pages = 1, cursor: string | null = null; ; pages += 1) {
    const next: Record<string, string> = cursor === null ? query : { ...query, cursor };
    const { json } = await call(at, `GET ${path}`, { query: next, params });
    const page = json as { data: unknown[]; next_cursor: string | null; has_more: boolean };
    rows.push(...page.data);
    expect(page.has_more).toBe(page.next_cursor !== null);
    if (page.next_cursor === null) return [rows, pages];
    cursor = page.next_cursor;
  }
}

describe("a list ends its page before it is too large, and its cursor leads on", () => {
  test("batches whose metadata is from before it had a bound", async () => {
    const at = world();
    const large = Object.fromEntries(Array.from({ length: 7000 }, (_, n) => [`${n}`, "x".repeat(500)]));
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const batch = await submitted(at, prompts(1));
      ids.unshift(batch.id);
      await at.store.put(batchKeys.batch(batch.id), JSON.stringify({ ...batch, metadata: large }));
      await at.clock.advance(1000);
    }
    const [rows, pages] = await allRows(at, "/v1/batches", { limit: "100" });
    expect(rows.map((row) => batchViewSchema.parse(row).id)).toEqual(ids);
    expect(pages).toBe(3);
  });

  test("batches with all the metadata that they may have, and quotes in it", async () => {
    const at = world();
    const value = '"'.repeat(512);
    const metadata = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`${n}`, value]));
    for (let n = 0; n < 100; n += 1) await submitted(at, { ...prompts(1), metadata });
    const [rows] = await allRows(at, "/v1/batches", { limit: "100" });
    expect(rows).toHaveLength(100);
  });

  test("decisions with long reasons", async () => {
    const at = world();
    for (let n = 0; n < 30; n += 1) {
      const reasons = [{ reason: "cooling" as const, detail: `${n} ${"x".repeat(200_000)}` }];
      const decision: DecisionRecord = {
        v: 1,
        at: new Date(at.clock.nowMs()).toISOString(),
        models: [
          {
            model: "small",
            instance_type: "g4dn.xlarge",
            open_items: 1,
            open_audio_seconds: 1,
            work_seconds: 1,
            audio_seconds_per_second: 1,
            boot_seconds: 1,
            have: 0,
            want: 1,
            launch: 1,
            launched: 0,
            reasons,
          },
        ],
        launches: [],
        drained: [],
        prices: [],
        instances: {},
        spent_usd: { day: 0, month: 0 },
      };
      await at.store.put(fleetKeys.decision(at.clock.nowMs(), "a"), JSON.stringify(decision));
      await at.clock.advance(1000);
    }
    const [rows, pages] = await allRows(at, "/v1/decisions", { limit: "100" });
    const details = rows.map(
      (row) => decisionRecordSchema.parse(row).models[0]?.reasons[0]?.detail.split(" ")[0],
    );
    expect(details).toEqual(Array.from({ length: 30 }, (_, n) => String(29 - n)));
    expect(pages).toBe(3);
  });

  test("results with long errors", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(100));
    const every = Array.from({ length: 100 }, (_, index) => index);
    const error = { code: "engine_error" as const, detail: "x".repeat(100_000) };
    for (const index of every) {
      const record = { ...result(index, "failed", { error }), batch_id: id, item_id: itemIdOf(id, index) };
      await at.store.put(batchKeys.result(id, index), JSON.stringify(record));
    }
    const failed = IndexSet.decode("");
    for (const index of every) failed.add(index);
    const progress = { ...emptyProgress(id, 100), failed: failed.encode() };
    await at.store.put(batchKeys.progress(id), JSON.stringify(progress));
    const found: number[] = [];
    let pages = 0;
    for (let query: Record<string, string> | null = {}; query !== null; pages += 1) {
      const answer = await call(at, "GET /v1/batches/{id}/results", { params: { id }, query });
      const lines = answer.text.split("\n").filter((line) => line !== "");
      found.push(...lines.map((line) => (JSON.parse(line) as { index: number }).index));
      const link = /\?([^>]*)>; rel="next"/.exec(String(answer.headers?.["link"] ?? ""))?.[1];
      query = link === undefined ? null : Object.fromEntries(new URLSearchParams(link));
    }
    expect(found).toEqual(every);
    expect(pages).toBe(5);
  });
});

describe("every other list has such pages, of the largest rows that the store may hold", () => {
  const long = "x".repeat(200_000);
  const all = Array.from({ length: 30 }, (_, n) => n);
  const digits = (n: number, length: number): string => String(n).padStart(length, "0");

  test("items are told of without their prompts, so a thousand with the longest ids fit one page", async () => {
    const at = world();
    const items = Array.from({ length: 1000 }, (_, n) => ({
      prompt: "𝄞".repeat(1000),
      custom_id: "x".repeat(124) + digits(n, 4),
    }));
    const { id } = await submitted(at, { items });
    const [rows, pages] = await allRows(at, "/v1/batches/{id}/items", {}, { id });
    expect(rows.map((row) => (row as { index: number }).index)).toEqual(items.map((_, n) => n));
    expect(pages).toBe(1);
  });

  test("events whose items failed with long errors", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(30));
    const failed = IndexSet.decode("");
    for (const index of all) {
      const error = { code: "engine_error" as const, detail: long };
      const record = { ...result(index, "failed", { error }), batch_id: id, item_id: itemIdOf(id, index) };
      await at.store.put(batchKeys.result(id, index), JSON.stringify(record));
      failed.add(index);
    }
    const progress = { ...emptyProgress(id, 30), failed: failed.encode() };
    await at.store.put(batchKeys.progress(id), JSON.stringify(progress));
    const [rows, pages] = await allRows(at, "/v1/batches/{id}/events", { limit: "1000" }, { id });
    expect(rows.map((row) => (row as { index: number | null }).index)).toEqual([null, ...all]);
    expect(pages).toBe(3);
  });

  test("keys with long names, of stages that took them once", async () => {
    const at = world();
    for (const n of all) {
      const sha256 = `${digits(n, 16)}${"0".repeat(48)}`;
      const key = {
        v: 1,
        sha256,
        owner: "ada",
        scopes: ["read"],
        name: long,
        created_at: noonText,
        revoked_at: null,
      };
      await at.store.put(indexKeys.apiKey(sha256), JSON.stringify(key));
    }
    const [rows, pages] = await allRows(at, "/v1/keys", { limit: "100" });
    expect(rows.map((row) => (row as { id: string }).id)).toEqual(all.map((n) => `key_${digits(n, 16)}`));
    expect(pages).toBe(3);
  });

  test("records of the audit with long details", async () => {
    const at = world();
    for (const n of all) {
      await keepAudit(
        {
          action: "stop",
          by: { kind: "aws_credentials", arn: null },
          request_id: null,
          subject: `${29 - n}`,
          outcome: "done",
          code: null,
          details: { why: long },
        },
        at,
        null,
      );
      await at.clock.advance(1000);
    }
    const [rows, pages] = await allRows(at, "/v1/audit", { limit: "100" });
    expect(rows.map((row) => (row as { subject: string }).subject)).toEqual(all.map(String));
    expect(pages).toBe(3);
  });

  test("endpoints of webhooks, and the attempts to deliver to one, with long details", async () => {
    const at = world();
    const url = `https://example.com/${"a".repeat(2000)}`;
    for (let n = 0; n < 10; n += 1)
      await createEndpoint({ url, events: ["batch.ended"], description: "é".repeat(200) }, "ada", at);
    const [endpoints] = await allRows(at, "/v1/webhooks", {});
    expect(endpoints).toHaveLength(10);
    const { id } = webhookViewSchema.parse(endpoints[0]);
    for (const n of all)
      await writeDelivery(at.store, "ada", id, {
        v: 1,
        id: deliveryIdSchema.parse(`${digits(n, 13)}-${digits(n, 26)}`),
        attempt: 1,
        at: noonText,
        outcome: "retried",
        status: null,
        detail: long,
        milliseconds: 1,
        next_attempt_at: null,
        event: ended(),
      });
    const [rows, pages] = await allRows(at, "/v1/webhooks/{id}/deliveries", { limit: "50" }, { id });
    expect(rows).toHaveLength(30);
    expect(pages).toBe(3);
  });
});

describe("what is told of one by one is the dearest, and the others together", () => {
  test("in the usage of many batches and machines; the sums agree", async () => {
    const at = world();
    const [one] = [await submitted(at, prompts(1))];
    const ids = Array.from({ length: 1200 }, (_, n) => `${one.id.slice(0, -4)}${String(n).padStart(4, "0")}`);
    const entry = (id: string, seconds: number) => ({
      ...halfAnHour,
      model: "small",
      gpu_seconds_by_batch: { [id]: seconds },
    });
    const instances = Object.fromEntries(
      ids.map((id, n) => [`i-${String(n).padStart(8, "0")}`, entry(id, 1 + n)]),
    );
    await at.store.put(
      fleetKeys.ledger("2026-01-01"),
      JSON.stringify({ v: 1, day: "2026-01-01", instances }),
    );
    const { json } = await call(at, "GET /v1/usage");
    const view = usageViewSchema.parse(json);
    expect(view.by_batch).toHaveLength(500);
    expect(view.other_batches?.count).toBe(700);
    expect(view.instances).toHaveLength(500);
    expect(view.other_instances?.count).toBe(700);
    const micros = (usd: string | null | undefined) => Math.round(Number(usd) * 1e6);
    const sum = (all: readonly { usd: string }[]) => all.reduce((total, { usd }) => total + micros(usd), 0);
    expect(sum(view.by_batch) + micros(view.other_batches?.usd) + micros(view.unassigned_usd)).toBe(
      micros(view.usd),
    );
    expect(sum(view.instances ?? []) + micros(view.other_instances?.usd)).toBe(micros(view.usd));
    expect(micros(view.usd)).toBe(1200 * 180_000);
  });

  test("in the receipt of a batch that many machines served", async () => {
    const at = world();
    const { id } = await submitted(at, prompts(1));
    const amounts = (usd: string) => ({
      usd,
      work_usd: usd,
      boot_usd: "0.00",
      load_usd: "0.00",
      idle_usd: "0.00",
      interrupted_usd: "0.00",
      volume_usd: "0.00",
      address_usd: "0.00",
    });
    const instances = Array.from({ length: 5_000 }, (_, n) => ({
      instance_id: `i-${String(n).padStart(8, "0")}`,
      instance_seconds: 1,
      billed_seconds: 1,
      ...amounts(n < 4_500 ? "0.01" : "0.02"),
    }));
    const receipt = {
      v: 1,
      at: "2026-01-01T12:00:00Z",
      instance_seconds: 5_000,
      billed_seconds: 5_000,
      ...amounts("55.00"),
      instances,
    };
    await at.store.put(batchKeys.receipt(id), JSON.stringify(receipt));
    const ended = { ...emptyProgress(id, 1), ended_at: "2026-01-01T12:00:00Z" };
    await at.store.put(batchKeys.progress(id), JSON.stringify(ended));
    const view = batchViewSchema.parse((await call(at, "GET /v1/batches/{id}", { params: { id } })).json);
    expect(view.cost.receipt?.instances).toHaveLength(500);
    expect(view.cost.receipt?.instances[0]?.instance_id).toBe("i-00004500");
    expect(view.cost.receipt?.other_instances).toEqual({ count: 4_500, usd: "45.00" });
  });
});

describe("a refused body is answered with less than it had", () => {
  const few = 400_000;
  test.each<[name: string, body: unknown]>([
    [
      "of a thousand items with sixty unknown fields each",
      {
        items: Array.from({ length: 1000 }, () =>
          Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`field${n}`, 1])),
        ),
      },
    ],
    [
      "of fields with endless names",
      { items: Array.from({ length: 30 }, (_, n) => ({ [`${n}${"\u0001".repeat(20_000)}`]: 1 })) },
    ],
    ["of two million items", { items: Array.from({ length: 2_000_000 }, () => 1) }],
    [
      "of a hundred thousand unknown fields",
      Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`f${n}`, 1])),
    ],
    [
      "of ids that are endless and the same",
      { items: [1, 2, 3].map(() => ({ prompt: "p", custom_id: "x".repeat(1_000_000) })) },
    ],
    [
      "of metadata without end",
      {
        ...prompts(1),
        metadata: Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`f${n}`, 1])),
      },
    ],
    ["of a name without end", { ...prompts(1), name: "\u0085".repeat(1_000_000) }],
  ])("%s", async (_name, body) => {
    const at = world();
    const answer = await call(at, "POST /v1/batches", { body: JSON.stringify(body) });
    expect(answer.statusCode).toBe(422);
    const problem = problemSchema.parse(answer.json);
    expect(problem.errors?.length).toBeGreaterThan(0);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(few);
  });

  test("also by a query that is all mistakes", async () => {
    const query = Object.fromEntries(
      Array.from({ length: 300 }, (_, n) => [`parameter${n}`, "x".repeat(20)]),
    );
    const answer = await call(world(), "GET /v1/batches", { query });
    expect(problemSchema.parse(answer.json).detail.length).toBeLessThanOrEqual(2000);
  });
});
