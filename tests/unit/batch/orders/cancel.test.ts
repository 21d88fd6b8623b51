import { expect, test } from "vitest";
import { readControl } from "../../../../shared/batch/progress/batch-files.ts";
import { cancelBatch } from "../../../../shared/batch/orders/cancel.ts";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import { readManifest } from "../../../../shared/batch/progress/manifest.ts";
import { reconcile } from "../../../../shared/batch/reconcile/reconcile.ts";
import { openWork } from "../../../../shared/batch/views/open-work.ts";
import { countsOf } from "../../../../shared/batch/progress/progress.ts";
import { submitBatch } from "../../../../shared/batch/submit/submit.ts";
import type { InstanceId } from "../../../../shared/contract/ids.ts";
import { resultRecordSchema } from "../../../../shared/contract/records/batch-records.ts";
import { finished, of, result, started } from "../events.ts";
import { slowWorld } from "../slow-world.ts";
import { jobsIn, progressOf, prompts, settings, submitted, world } from "../world.ts";

test("queued items are canceled at once, running items by their worker", async () => {
  const at = world();
  const batch = await submitted(at, { items: [{ prompt: "a" }, { prompt: "b", custom_id: "bee" }] });
  await foldEvents([of(batch.id, started(0, 1))], at);
  expect((await cancelBatch(batch, "drain", at)).kind).toBe("canceling");
  expect(countsOf(await progressOf(at, batch))).toMatchObject({ canceled: 1, running: 1 });
  expect(await readControl(at.store, batch.id)).toMatchObject({ cancel: "drain" });
  const stored = await at.store.get(`batches/${batch.id}/results/000001.json`);
  expect(resultRecordSchema.parse(JSON.parse(stored?.body ?? ""))).toMatchObject({
    outcome: "canceled",
    custom_id: "bee",
    audio: null,
    error: null,
  });
});

test("a batch of which nothing runs ends with its cancel", async () => {
  const at = world();
  const batch = await submitted(at);
  await cancelBatch(batch, "drain", at);
  expect(await progressOf(at, batch)).toMatchObject({ ended_at: "2026-01-01T12:00:00.000Z" });
  expect(await openWork(at)).toEqual([]);
});

test.each(["drain", "abort"] as const)(
  "what runs of a batch canceled by %s asks for no machine",
  async (mode) => {
    const at = world();
    const batch = await submitted(at, prompts(2));
    await foldEvents([of(batch.id, started(0, 1))], at);
    expect(await openWork(at)).toHaveLength(1);
    await cancelBatch(batch, mode, at);
    expect(countsOf(await progressOf(at, batch))).toMatchObject({ canceled: 1, running: 1 });
    expect(await openWork(at)).toEqual([]);
  },
);

test("a worker that committed first keeps its result", async () => {
  const at = world();
  const batch = await submitted(at, prompts(2));
  const made = { ...result(0), batch_id: batch.id };
  await at.store.create(`batches/${batch.id}/results/000000.json`, JSON.stringify(made));
  await cancelBatch(batch, "abort", at);
  expect((await readManifest(at.store, batch.id, 0)).map(({ index }) => index)).toEqual([1]);
  await foldEvents([of(batch.id, finished(0, 1))], at);
  expect(countsOf(await progressOf(at, batch))).toMatchObject({ succeeded: 1, canceled: 1 });
});

test("a cancel by drain may become an abort, and an abort stays one", async () => {
  const at = world();
  const batch = await submitted(at);
  await foldEvents([of(batch.id, started(0, 1))], at);
  await cancelBatch(batch, "drain", at);
  await cancelBatch(batch, "abort", at);
  await cancelBatch(batch, "drain", at);
  expect(await readControl(at.store, batch.id)).toMatchObject({ cancel: "abort" });
});

test("a batch that has ended is not canceled", async () => {
  const at = world();
  const batch = await submitted(at, prompts(1));
  await foldEvents([of(batch.id, finished(0, 1))], at);
  expect(await cancelBatch(batch, "abort", at)).toEqual({ kind: "ended" });
  expect(await readControl(at.store, batch.id)).toBeNull();
});

test("a cancel ends what it can in ten seconds, and the reconciler ends the rest", async () => {
  const { at, slow } = slowWorld();
  const batch = await submitted(at, {
    items: Array.from({ length: 1000 }, () => ({ prompt: "p", variations: 2 })),
  });
  slow.requestMs = 500;
  const beganMs = at.clock.nowMs();
  await at.clock.runUntil(cancelBatch(batch, "drain", at));
  expect(at.clock.nowMs() - beganMs).toBeLessThan(20_000);
  slow.requestMs = 0;
  expect(countsOf(await progressOf(at, batch))).toMatchObject({ canceled: 608, queued: 1392 });
  await reconcile(
    at,
    { queueDepths: new Map(), liveInstances: new Set(), nowMs: at.clock.nowMs() },
    Infinity,
  );
  expect(countsOf(await progressOf(at, batch))).toMatchObject({ canceled: 2000 });
});

test("a cancel ends 1,000 items, and the reconciler 4,000 a minute of all batches together; none of the rest is sent again", async () => {
  const at = world();
  const many = { items: Array.from({ length: 1000 }, () => ({ prompt: "p", variations: 4 })) };
  const roomy = { ...settings, limits: { ...settings.limits, queued_items: 100_000 } };
  const submitMany = async () => {
    const taken = await submitBatch({ body: many, owner: "ada", idempotency: null }, at, roomy);
    if (taken.kind !== "accepted") throw new Error(taken.kind);
    return taken.batch;
  };
  const batches = [await submitMany(), await submitMany()] as const;
  for (const batch of batches) await cancelBatch(batch, "drain", at);
  const canceled = async () => {
    const counts = await Promise.all(
      batches.map(async (batch) => countsOf(await progressOf(at, batch)).canceled),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };
  expect(await canceled()).toBe(2000);
  const sent = jobsIn(at).length;
  const emptyQueues = new Map([["small", { visible: 0, inFlight: 0 }]]);
  const minute = async () => {
    await at.clock.advance(180_000);
    const observed = {
      queueDepths: emptyQueues,
      liveInstances: new Set<InstanceId>(),
      nowMs: at.clock.nowMs(),
    };
    await at.clock.runUntil(reconcile(at, observed, Infinity));
  };
  await minute();
  expect(await canceled()).toBe(6000);
  await minute();
  expect(await canceled()).toBe(8000);
  expect(jobsIn(at)).toHaveLength(sent);
});
