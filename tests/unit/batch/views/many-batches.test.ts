/** 1,000 active batches, and a store that takes 100 ms for each request: more than one run can see to. */
import { expect, test } from "vitest";
import { listBatches } from "../../../../shared/batch/views/list-batches.ts";
import { openWork } from "../../../../shared/batch/views/open-work.ts";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { countsOf, emptyProgress } from "../../../../shared/batch/progress/progress.ts";
import { reconcile } from "../../../../shared/batch/reconcile/reconcile.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import { itemIdOf } from "../../../../shared/contract/ids.ts";
import { MemoryFleet } from "../../../../simulation/memory/memory-fleet.ts";
import { one, result } from "../events.ts";
import { manyBatches, slowWorld } from "../slow-world.ts";
import { noonMs, progressOf, settings, submitted, type World } from "../world.ts";

const batches = 1000;
const requestMs = 100;
const minuteMs = 60_000;

/** One tick of the reconciler as its function runs it. @returns how long it took. */
async function tick(at: World): Promise<number> {
  const beganMs = at.clock.nowMs();
  const observed = {
    queueDepths: new Map([["small", { visible: 500, inFlight: 0 }]]),
    liveInstances: new Set([one]),
    nowMs: beganMs,
  };
  await at.clock.runUntil(reconcile(at, observed, beganMs + 40_000));
  const tookMs = at.clock.nowMs() - beganMs;
  await at.clock.advance(minuteMs - tookMs);
  return tookMs;
}

test("the reconciler has folded the lost results of 1,000 batches after three ticks, none longer than 50 s", async () => {
  const { at, slow } = slowWorld();
  const all = await manyBatches(at);
  for (const { id } of all) {
    const made = { ...result(0), batch_id: id, item_id: itemIdOf(id, 0) };
    await at.store.put(`batches/${id}/results/000000.json`, JSON.stringify(made));
  }
  await at.clock.advance(minuteMs);
  slow.requestMs = requestMs;
  for (let run = 0; run < 3; run += 1) expect(await tick(at)).toBeLessThan(50_000);
  slow.requestMs = 0;
  const folded = await Promise.all(all.map(async (batch) => countsOf(await progressOf(at, batch)).succeeded));
  expect(folded.filter((count) => count === 1)).toHaveLength(batches);
}, 60_000);

test("the receipts of 1,000 batches are written after three ticks, none longer than 50 s", async () => {
  const { at, slow } = slowWorld();
  const all = await manyBatches(at);
  for (const { id } of all) {
    const ended = { ...emptyProgress(id, 2), canceled: "Aw==", ended_at: new Date(noonMs).toISOString() };
    await at.store.put(`batches/${id}/progress.json`, JSON.stringify(ended));
    await at.store.delete(`active/${id}`);
    await at.store.put(`active/receipt-due/${id}/end`, "{}");
  }
  slow.requestMs = requestMs;
  for (let run = 0; run < 3; run += 1) expect(await tick(at)).toBeLessThan(50_000);
  slow.requestMs = 0;
  const receipts = await Promise.all(all.map(({ id }) => at.store.exists(`batches/${id}/receipt.json`)));
  expect(receipts.filter((exists) => exists)).toHaveLength(batches);
}, 60_000);

test.each<[name: string, change: Partial<BatchRecord>]>([
  ["1,000 batches", {}],
  ["1,000 batches that each have a budget of their own", { max_cost_usd: "1.00" }],
])("the launcher reads the open work of %s within eleven seconds", async (_name, change) => {
  const { at, slow } = slowWorld();
  await manyBatches(at, change);
  slow.requestMs = requestMs;
  const beganMs = at.clock.nowMs();
  expect(await at.clock.runUntil(openWork(at))).toHaveLength(batches);
  expect(at.clock.nowMs() - beganMs).toBeLessThan(11_000);
});

test("from a store that is ten times as slow the launcher reads a part, and another part in the next minutes", async () => {
  const { at, slow } = slowWorld();
  await manyBatches(at);
  slow.requestMs = 10 * requestMs;
  const seen = new Set<string>();
  for (let run = 0; run < 6; run += 1) {
    const beganMs = at.clock.nowMs();
    const work = await at.clock.runUntil(openWork(at));
    expect(work.length).toBeLessThan(batches);
    expect(at.clock.nowMs() - beganMs).toBeLessThan(15_000);
    for (const { batchId } of work) seen.add(batchId);
    await at.clock.advance(minuteMs - (at.clock.nowMs() - beganMs));
  }
  expect(seen.size).toBe(batches);
});

test("a tick of the launcher that holds 1,000 batches for their budgets takes less than 30 s", async () => {
  const { at, slow } = slowWorld();
  await manyBatches(at, { max_cost_usd: "0.000001" });
  const zones = [{ zone: "zone-a", priceUsdPerHour: 0.16, capacity: 10 }];
  const fleet = new MemoryFleet({ clock: at.clock, random: at.random, faults: slow, zones });
  const ports = { ...at, fleet, openWork: () => openWork(at) };
  slow.requestMs = requestMs;
  const beganMs = at.clock.nowMs();
  const record = await at.clock.runUntil(launchTick(ports, { stage: "test", settings }));
  expect(record.models[0]).toMatchObject({ open_items: 2 * batches, launch: 0 });
  expect(at.clock.nowMs() - beganMs).toBeLessThan(30_000);
  slow.requestMs = 0;
  const work = await openWork(at);
  expect(work.filter(({ budget }) => budget?.isHeld === true)).toHaveLength(batches);
}, 60_000);

test("a page of batches from a store that is very slow is cut short, and the pages hold each batch once", async () => {
  const { at, slow } = slowWorld();
  for (let batch = 0; batch < 100; batch += 1) await submitted(at, { items: [{ prompt: "a" }] });
  slow.requestMs = 3000;
  const pages: (readonly string[])[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const beganMs = at.clock.nowMs();
    const page = await at.clock.runUntil(listBatches("ada", cursor, 100, at));
    expect(at.clock.nowMs() - beganMs).toBeLessThan(25_000);
    pages.push(page.batches.map(({ view }) => view.id));
    cursor = page.nextCursor;
  }
  expect(pages.map(({ length }) => length)).toEqual([40, 40, 20]);
  expect(new Set(pages.flat()).size).toBe(100);
});
