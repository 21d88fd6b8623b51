/** What an owner's list reads, and that it shows each batch as the batch's own view does. */
import { describe, expect, test } from "vitest";
import { listBatches } from "../../../../shared/batch/views/list-batches.ts";
import { watchBatch } from "../../../../shared/batch/views/watch.ts";
import { deleteBatch, hideBatch } from "../../../../shared/batch/orders/delete-batch.ts";
import { setMaxCost } from "../../../../shared/batch/orders/max-cost.ts";
import { readBatch } from "../../../../shared/batch/progress/batch-files.ts";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import { reconcile } from "../../../../shared/batch/reconcile/reconcile.ts";
import type { BatchView } from "../../../../shared/contract/api/api.ts";
import { itemIdOf } from "../../../../shared/contract/ids.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import { batchKeys, fleetKeys, indexKeys } from "../../../../shared/contract/records/keys.ts";
import type { Faults } from "../../../../simulation/memory/faults.ts";
import { PlannedFaults } from "../../../../simulation/memory/faults.ts";
import { halfAnHour } from "../../billing/ledger-entry.ts";
import { finished, of, one, result } from "../events.ts";
import { prompts, submitted, world, type World } from "../world.ts";

/** Counts what is read of the store. */
class Reads implements Faults {
  count = 0;

  before(operation: string): void {
    if (operation === "get") this.count += 1;
  }
}

/** Its only item ends, and so does the machine that made it; its receipt is not written yet. */
async function made(at: World, body: object = prompts(1)): Promise<BatchRecord> {
  const batch = await submitted(at, body);
  const own = { ...result(0), batch_id: batch.id, item_id: itemIdOf(batch.id, 0) };
  await at.store.create(batchKeys.result(batch.id, 0), JSON.stringify(own));
  await foldEvents([of(batch.id, finished(0, 50, own))], at);
  return batch;
}

const look = (at: World) =>
  reconcile(at, { queueDepths: new Map(), liveInstances: new Set(), nowMs: at.clock.nowMs() }, Infinity);

async function account(at: World, batches: readonly BatchRecord[]): Promise<void> {
  const gpu_seconds_by_batch = Object.fromEntries(batches.map(({ id }) => [id, 30]));
  const instances = { [one]: { ...halfAnHour, gpu_seconds_by_batch } };
  await at.store.put(fleetKeys.ledger("2026-01-01"), JSON.stringify({ v: 1, day: "2026-01-01", instances }));
}

const listed = async (at: World): Promise<readonly BatchView[]> =>
  (await listBatches("ada", undefined, 100, at)).batches.map(({ view }) => view);

async function viewOf(at: World, { id }: BatchRecord): Promise<BatchView | null> {
  const batch = await readBatch(at.store, id);
  if (batch === null) return null;
  const noWait = { ms: 0, most: 0 };
  return (
    await watchBatch(
      batch,
      () => false,
      noWait,
      at,
      (text) => text,
    )
  ).view;
}

const entryOf = ({ owner, id }: BatchRecord): string => indexKeys.newestFirst(owner, id);

describe("a page of the list", () => {
  test("reads one record of each batch that has its receipt: 20 of them take 22 reads", async () => {
    const reads = new Reads();
    const at = world(reads);
    const batches: BatchRecord[] = [];
    for (let n = 0; n < 20; n += 1) batches.push(await made(at));
    await account(at, batches);
    await look(at);
    reads.count = 0;
    expect(await listed(at)).toHaveLength(20);
    // And the launcher's last decision, and the latch.
    expect(reads.count).toBe(20 + 2);
  });

  test("reads three records of each batch that is open", async () => {
    const reads = new Reads();
    const at = world(reads);
    for (let n = 0; n < 20; n += 1) await submitted(at, prompts(1));
    reads.count = 0;
    expect(await listed(at)).toHaveLength(20);
    expect(reads.count).toBe(3 * 20 + 2);
  });

  test("reads one record of each batch that is deleted", async () => {
    const reads = new Reads();
    const at = world(reads);
    await deleteBatch(await made(at), at);
    reads.count = 0;
    expect(await listed(at)).toEqual([]);
    expect(reads.count).toBe(1 + 2);
  });
});

describe("a batch that has its receipt is listed", () => {
  const named = { ...prompts(1), name: "secret", metadata: { of: "somebody" }, max_cost_usd: "1" };

  test("as its own view shows it, with the budget that its owner set later", async () => {
    const at = world();
    const open = await submitted(at, named);
    await setMaxCost(open, "2", at);
    const own = { ...result(0), batch_id: open.id, item_id: itemIdOf(open.id, 0) };
    await at.store.create(batchKeys.result(open.id, 0), JSON.stringify(own));
    await foldEvents([of(open.id, finished(0, 50, own))], at);
    await account(at, [open]);
    await look(at);
    const [row] = await listed(at);
    expect(row).toMatchObject({ name: "secret", cost: { final: true, max_usd: "2.00" } });
    expect(row).toEqual(await viewOf(at, open));
  });

  test("with its new receipt, when a machine turns out to have served it", async () => {
    const at = world();
    const batch = await made(at);
    await account(at, []);
    await look(at);
    const [before] = await listed(at);
    await account(at, [batch]);
    await at.store.create(indexKeys.receiptDue(batch.id, one), "{}");
    await look(at);
    const [after] = await listed(at);
    expect(after?.cost.accrued_usd).not.toBe(before?.cost.accrued_usd);
    expect(after).toEqual(await viewOf(at, batch));
  });

  test.each<[name: string, entry: string]>([
    ["was written by a release that kept no view", "{}"],
    ["was written by another release", '{"v":1,"view":{"id":"of another shape"}}'],
    ["is damaged", "not JSON at all"],
  ])("from its records, when its entry %s", async (_name, entry) => {
    const at = world();
    const batch = await made(at, named);
    await account(at, [batch]);
    await look(at);
    await at.store.put(entryOf(batch), entry);
    expect(await listed(at)).toEqual([await viewOf(at, batch)]);
  });

  test("no more once it is deleted, and nothing of what people wrote stays in its entry", async () => {
    const at = world();
    const batch = await made(at, named);
    await account(at, [batch]);
    await look(at);
    await deleteBatch(batch, at);
    expect(await listed(at)).toEqual([]);
    expect((await at.store.get(entryOf(batch)))?.body).not.toMatch(/secret|somebody/);
  });

  test("no more when it is deleted before its receipt is written", async () => {
    const at = world();
    const batch = await made(at, named);
    await deleteBatch(batch, at);
    await account(at, [batch]);
    await look(at);
    expect(await at.store.exists(batchKeys.receipt(batch.id))).toBe(true);
    expect(await listed(at)).toEqual([]);
    expect((await at.store.get(entryOf(batch)))?.body).not.toMatch(/secret|somebody/);
  });

  test.each(["before", "after"] as const)(
    "no more when it is deleted just %s its view is kept",
    async (moment) => {
      const faults = new PlannedFaults();
      const at = world(faults);
      const batch = await made(at, named);
      await account(at, [batch]);
      const remove = () => hideBatch(batch, at);
      if (moment === "before") faults.beforeNext("put", /^index\//, remove);
      else faults.afterNext("put", /^index\//, remove);
      await look(at);
      expect(await listed(at)).toEqual([]);
      expect((await at.store.get(entryOf(batch)))?.body).not.toMatch(/secret|somebody/);
    },
  );
});
