import { describe, expect, test } from "vitest";
import { closeItems } from "../../../shared/batch/progress/close-items.ts";
import { countsOf } from "../../../shared/batch/progress/progress.ts";
import { foldBatch } from "../../../shared/batch/progress/fold.ts";
import { cancelBatch } from "../../../shared/batch/orders/cancel.ts";
import { reconcile } from "../../../shared/batch/reconcile/reconcile.ts";
import type { BatchRecord } from "../../../shared/contract/records/batch-records.ts";
import { deliveryMessageSchema, type DeliveryMessage } from "../../../shared/contract/messages.ts";
import { webhookKeys } from "../../../shared/contract/records/keys.ts";
import { QueueError } from "../../../shared/ports.ts";
import { changeEndpoint } from "../../../shared/webhooks/endpoints.ts";
import { tellEveryone } from "../../../shared/webhooks/tell.ts";
import { PlannedFaults } from "../../../simulation/memory/faults.ts";
import { finished, of, result } from "../batch/events.ts";
import { progressOf, prompts, submitted } from "../batch/world.ts";
import { ended, webhookWorld, type WebhookWorld } from "./world.ts";

const url = "https://example.com/hooks";
const messages = (at: WebhookWorld): DeliveryMessage[] =>
  at.webhooks.contents().map(({ body }) => deliveryMessageSchema.parse(JSON.parse(body)));
const idsOf = (at: WebhookWorld): string[] => messages(at).map(({ event }) => event.id);

const fold = (at: WebhookWorld, batch: BatchRecord, ...events: Parameters<typeof of>[1][]) =>
  foldBatch(
    batch.id,
    events.map((event) => of(batch.id, event)),
    at,
  );

const lost = () => {
  throw new QueueError("no answer");
};

describe("a batch", () => {
  test("tells its owner's endpoints what they asked for, once for each of them", async () => {
    const at = webhookWorld();
    const all = await at.endpoint(url, ["batch.ended", "item.succeeded", "item.failed"]);
    const ends = await at.endpoint(`${url}/ends`, ["batch.ended"]);
    await at.endpoint(url, ["batch.ended", "item.succeeded"], "eve");
    const batch = await submitted(at, prompts(2));
    await fold(at, batch, finished(0, 1), finished(1, 2, result(1, "failed")));
    const [, ulid] = batch.id.split("_");
    expect(messages(at).map(({ webhook_id, owner, event }) => [webhook_id, owner, event.id])).toEqual([
      [all.endpoint.id, "ada", `item_${ulid}_0:succeeded`],
      [all.endpoint.id, "ada", `item_${ulid}_1:failed`],
      [all.endpoint.id, "ada", `${batch.id}:ended`],
      [ends.endpoint.id, "ada", `${batch.id}:ended`],
    ]);
    expect(messages(at)[2]?.event.body).toEqual({
      type: "batch.ended",
      timestamp: "2026-01-01T12:00:02.000Z",
      data: {
        batch_id: batch.id,
        outcome: "partial",
        counts: { total: 2, succeeded: 1, failed: 1, canceled: 0, expired: 0 },
        audio_seconds: 10,
      },
    });
  });

  test("groups the messages by endpoint, so that the queue is fair", async () => {
    const at = webhookWorld();
    const { endpoint } = await at.endpoint(url);
    await fold(at, await submitted(at, prompts(1)), finished(0, 1));
    expect(at.webhooks.contents().map(({ groupId }) => groupId)).toEqual([endpoint.id]);
  });

  test("tells a disabled endpoint nothing", async () => {
    const at = webhookWorld();
    const { endpoint } = await at.endpoint(url);
    await changeEndpoint(endpoint.id, "ada", { enabled: false }, at);
    await fold(at, await submitted(at, prompts(1)), finished(0, 1));
    expect(messages(at)).toEqual([]);
  });

  test("that its owner cancels tells its end, and nothing of canceled items", async () => {
    const at = webhookWorld();
    await at.endpoint(url, ["batch.ended", "item.succeeded", "item.failed"]);
    const batch = await submitted(at, prompts(2));
    await cancelBatch(batch, "abort", at);
    expect(idsOf(at)).toEqual([`${batch.id}:ended`]);
  });

  test("gives an event that is told twice the same id", async () => {
    const at = webhookWorld();
    await at.endpoint(url, ["item.succeeded"]);
    const batch = await submitted(at, prompts(2));
    await fold(at, batch, finished(0, 1));
    await fold(at, batch, finished(0, 1));
    const [first, second] = idsOf(at);
    expect(first).toBe(second);
  });

  test("tells its end once, though events come after it", async () => {
    const at = webhookWorld();
    await at.endpoint(url);
    const batch = await submitted(at, prompts(1));
    await fold(at, batch, finished(0, 1));
    await fold(at, batch, finished(0, 1));
    expect(idsOf(at)).toEqual([`${batch.id}:ended`]);
  });

  test("tells its end all the same when the fold that ended it could not", async () => {
    const faults = new PlannedFaults();
    const at = webhookWorld(faults);
    await at.endpoint(url);
    const batch = await submitted(at, prompts(1));
    faults.beforeNext("send", /webhooks/, lost);
    expect(await fold(at, batch, finished(0, 1))).toMatchObject({ ended_at: "2026-01-01T12:00:01.000Z" });
    expect(messages(at)).toEqual([]);
    const seen = { queueDepths: new Map(), liveInstances: new Set<string>(), nowMs: at.clock.nowMs() };
    await at.clock.runUntil(reconcile(at, seen, Infinity));
    expect(idsOf(at)).toEqual([`${batch.id}:ended`]);
    expect(await at.store.exists(`active/${batch.id}`)).toBe(false);
  });

  test("ends though its owner's endpoints cannot be read, and the log names the owner", async () => {
    const at = webhookWorld();
    await at.store.put(webhookKeys.endpoints("ada"), '{"v":2}');
    const batch = await submitted(at, prompts(1));
    await fold(at, batch, finished(0, 1));
    expect((await progressOf(at, batch)).ended_at).toBe("2026-01-01T12:00:01.000Z");
    expect(await at.store.exists(`active/${batch.id}`)).toBe(false);
    expect(at.log.entries).toContainEqual(
      expect.objectContaining({
        level: "error",
        fields: expect.objectContaining({ owner: "ada" }) as object,
      }),
    );
  });

  test("tells of an item all the same when the fold of its event dies: the event comes again", async () => {
    const faults = new PlannedFaults();
    const at = webhookWorld(faults);
    await at.endpoint(url, ["item.succeeded"]);
    const batch = await submitted(at, prompts(2));
    faults.beforeNext("send", /webhooks/, lost);
    await expect(fold(at, batch, finished(0, 1))).rejects.toThrow(QueueError);
    expect(countsOf(await progressOf(at, batch)).succeeded).toBe(0);
    await fold(at, batch, finished(0, 1));
    expect(countsOf(await progressOf(at, batch)).succeeded).toBe(1);
    const [, ulid] = batch.id.split("_");
    expect(idsOf(at)).toEqual([`item_${ulid}_0:succeeded`]);
  });
});

test("a cancel that took effect is answered so, also when webhooks cannot be told of the batch's end", async () => {
  const faults = new PlannedFaults();
  const at = webhookWorld(faults);
  await at.endpoint(url);
  const batch = await submitted(at, prompts(2));
  faults.beforeNext("send", /webhooks/, lost);
  expect(await cancelBatch(batch, "abort", at)).toMatchObject({ kind: "canceling" });
  const seen = { queueDepths: new Map(), liveInstances: new Set<string>(), nowMs: at.clock.nowMs() };
  await at.clock.runUntil(reconcile(at, seen, Infinity));
  expect(idsOf(at)).toEqual([`${batch.id}:ended`]);
});

describe("an item that ends without a worker", () => {
  test("is told by the reconciler when its end could not be told", async () => {
    const faults = new PlannedFaults();
    const at = webhookWorld(faults);
    await at.endpoint(url, ["item.failed"]);
    const batch = await submitted(at, prompts(2));
    const error = { code: "undeliverable" as const, detail: "no queue takes it" };
    faults.beforeNext("send", /webhooks/, lost);
    const closing = { outcome: "failed" as const, error, interruptions: 0, spent: [] };
    await expect(closeItems(at, batch, [0], () => closing)).rejects.toThrow(QueueError);
    await at.clock.advance(60_000);
    const seen = { queueDepths: new Map(), liveInstances: new Set<string>(), nowMs: at.clock.nowMs() };
    await at.clock.runUntil(reconcile(at, seen, Infinity));
    const [, ulid] = batch.id.split("_");
    expect(idsOf(at)).toEqual([`item_${ulid}_0:failed`]);
  });
});

describe("tellEveryone", () => {
  test("tells the endpoints of all owners, once", async () => {
    const at = webhookWorld();
    await at.endpoint(url);
    await at.endpoint(url, ["batch.ended"], "eve");
    await at.endpoint(url, ["item.failed"], "joe");
    await tellEveryone(ended(), at);
    await tellEveryone(ended(), at);
    expect(messages(at).map(({ owner }) => owner)).toEqual(["ada", "eve"]);
  });

  test("tells the others, once, though one owner's endpoints cannot be read, and the log names that owner", async () => {
    const at = webhookWorld();
    await at.endpoint(url);
    await at.endpoint(url, ["batch.ended"], "eve");
    await at.store.put(webhookKeys.endpoints("ada"), '{"v":2}');
    await tellEveryone(ended(), at);
    await tellEveryone(ended(), at);
    expect(messages(at).map(({ owner }) => owner)).toEqual(["eve"]);
    expect(at.log.entries).toMatchObject([{ level: "error", fields: { owner: "ada" } }]);
  });

  test("tells again what it could not tell to all", async () => {
    const faults = new PlannedFaults();
    const at = webhookWorld(faults);
    await at.endpoint(url);
    faults.beforeNext("send", /webhooks/, lost);
    await expect(tellEveryone(ended(), at)).rejects.toThrow(QueueError);
    await tellEveryone(ended(), at);
    expect(messages(at)).toHaveLength(1);
  });
});
