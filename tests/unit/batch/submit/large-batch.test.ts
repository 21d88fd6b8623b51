/** A batch of 50,000 items, as uploads make them: 50 chunks of 1,000. */
import { describe, expect, test } from "vitest";
import { IndexSet } from "../../../../shared/batch/progress/index-set.ts";
import { countsOf, emptyProgress } from "../../../../shared/batch/progress/progress.ts";
import { reconcile } from "../../../../shared/batch/reconcile/reconcile.ts";
import { changeControl } from "../../../../shared/interlock/control.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import { itemIdOf } from "../../../../shared/contract/ids.ts";
import type { Faults } from "../../../../simulation/memory/faults.ts";
import { one, result } from "../events.ts";
import { jobsIn, progressOf, storedItems, submitted, world, type World } from "../world.ts";

const items = 50_000;
const minuteMs = 60_000;

class Asked implements Faults {
  readonly requests: string[] = [];
  before(operation: string, key: string): void {
    this.requests.push(`${operation} ${key}`);
  }
  get lists(): number {
    return this.requests.filter((request) => /^list batches\/.*\/results\//.test(request)).length;
  }
}
const keyOf = (batch: BatchRecord, index: number): string =>
  `batches/${batch.id}/results/${String(index).padStart(6, "0")}.json`;

/** @param isDone which items have a result that progress knows of */
async function largeBatch(at: World, isDone: (index: number) => boolean): Promise<BatchRecord> {
  const batch = { ...(await submitted(at)), total: items };
  const done = IndexSet.empty();
  for (let index = 0; index < items; index += 1) {
    if (!isDone(index)) continue;
    done.add(index);
    await at.store.put(keyOf(batch, index), "{}");
  }
  await at.store.put(`batches/${batch.id}/batch.json`, JSON.stringify(batch));
  const sent_at = new Date(at.clock.nowMs()).toISOString();
  const progress = { ...emptyProgress(batch.id, items), succeeded: done.encode(), sent_at };
  await at.store.put(`batches/${batch.id}/progress.json`, JSON.stringify(progress));
  await at.clock.advance(minuteMs);
  return batch;
}

async function commitSilently(at: World, batch: BatchRecord, index: number): Promise<void> {
  const made = { ...result(index), batch_id: batch.id, item_id: itemIdOf(batch.id, index) };
  await at.store.put(keyOf(batch, index), JSON.stringify(made));
}

/** All of them in items of their own, of which the batch was made of three. */
async function withItems(at: World, batch: BatchRecord): Promise<void> {
  const [first] = await storedItems(at, batch);
  for (let chunk = 0; chunk < items / 1000; chunk += 1) {
    const lines = Array.from({ length: 1000 }, (_, place) =>
      JSON.stringify({ ...first, index: chunk * 1000 + place }),
    );
    await at.store.put(`batches/${batch.id}/items/${chunk}.jsonl`, `${lines.join("\n")}\n`);
  }
}

async function reconcileOnce(at: World, visible = 500): Promise<void> {
  const observed = {
    queueDepths: new Map([["small", { visible, inFlight: visible === 0 ? 0 : 30 }]]),
    liveInstances: new Set([one]),
    nowMs: at.clock.nowMs(),
  };
  await reconcile(at, observed, Infinity);
}

describe("a minute's look at a batch of 50,000", () => {
  test.each<[name: string, isDone: (index: number) => boolean, lists: number]>([
    ["nothing of which is made", () => false, 1],
    ["half of which is made", (index) => index < 25_000, 1],
    ["all but the last chunk of which is made", (index) => index < 49_000, 1],
    ["half of whose front chunk is made", (index) => index < 25_500, 1],
    ["two open chunks of which lie far apart", (index) => index !== 3_999 && index !== 40_000, 2],
    ["all but one item of which is made", (index) => index !== 30_700, 1],
  ])("%s: %#", async (_name, isDone, lists) => {
    const asked = new Asked();
    const at = world(asked);
    await largeBatch(at, isDone);
    asked.requests.length = 0;
    await reconcileOnce(at);
    expect(asked.lists).toBe(lists);
    expect(asked.requests.length).toBeLessThanOrEqual(5 + lists);
  });

  test("folds results whose events never came, wherever they lie", async () => {
    const asked = new Asked();
    const at = world(asked);
    const missed = [0, 999, 1000, 25_999, 49_999];
    const batch = await largeBatch(at, (index) => index < 26_000 && !missed.includes(index));
    for (const index of missed) await commitSilently(at, batch, index);
    await at.clock.advance(minuteMs);
    await reconcileOnce(at);
    expect(countsOf(await progressOf(at, batch)).succeeded).toBe(26_001);
  });

  test("whose progress knows of none of 4,500 results folds 2,000 results, and as many again the next minute", async () => {
    const at = world(new Asked());
    const batch = await largeBatch(at, () => false);
    for (let index = 0; index < 4500; index += 1) await commitSilently(at, batch, index);
    await at.clock.advance(minuteMs);
    const counts: number[] = [];
    for (let minute = 0; minute < 3; minute += 1) {
      await reconcileOnce(at);
      counts.push(countsOf(await progressOf(at, batch)).succeeded);
    }
    expect(counts).toEqual([2000, 4000, 4500]);
  });

  test("that was canceled closes 4,000 items, and as many again the next minute", async () => {
    const at = world();
    const batch = await largeBatch(at, () => false);
    await withItems(at, batch);
    await changeControl(at, batch.id, () => ({ cancel: "abort" }));
    const counts: number[] = [];
    for (let minute = 0; minute < 2; minute += 1) {
      await reconcileOnce(at);
      counts.push(countsOf(await progressOf(at, batch)).canceled);
    }
    expect(counts).toEqual([4000, 8000]);
  });

  test("that is in no queue sends 5,000 items again", async () => {
    const at = world();
    const batch = await largeBatch(at, () => false);
    await withItems(at, batch);
    await at.clock.advance(minuteMs);
    const before = jobsIn(at).length;
    await reconcileOnce(at, 0);
    expect(jobsIn(at).length - before).toBe(5000);
  });
});
