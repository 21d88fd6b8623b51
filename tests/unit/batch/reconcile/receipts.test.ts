import { describe, expect, test } from "vitest";
import { cancelBatch } from "../../../../shared/batch/orders/cancel.ts";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import { openWork } from "../../../../shared/batch/views/open-work.ts";
import { reconcile } from "../../../../shared/batch/reconcile/reconcile.ts";
import { readItemReceipts } from "../../../../shared/batch/reconcile/receipts.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import { fleetKeys } from "../../../../shared/contract/records/keys.ts";
import { receiptRecordSchema } from "../../../../shared/contract/records/receipt.ts";
import type { LedgerEntry } from "../../../../shared/billing/ledger/ledger.ts";
import { halfAnHour } from "../../billing/ledger-entry.ts";
import { finished, of, one, result, started, two } from "../events.ts";
import { allKeys, prompts, submitted, world, type World } from "../world.ts";

const machineOf = (batch: BatchRecord, change: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...halfAnHour,
  gpu_seconds_by_batch: { [batch.id]: 30 },
  ...change,
});
const keep = (at: World, instances: Record<string, LedgerEntry>) =>
  at.store.put(fleetKeys.ledger("2026-01-01"), JSON.stringify({ v: 1, day: "2026-01-01", instances }));
const look = (at: World) =>
  reconcile(
    at,
    { queueDepths: new Map(), liveInstances: new Set([one, two]), nowMs: at.clock.nowMs() },
    Infinity,
  );
const receiptOf = async (at: World, batch: BatchRecord) => {
  const object = await at.store.get(`batches/${batch.id}/receipt.json`);
  return object === null ? null : receiptRecordSchema.parse(JSON.parse(object.body));
};
/** Two items made by one machine, the second with three times as much of its engine. */
const make = async (at: World, batch: BatchRecord): Promise<void> => {
  const spent = (seconds: number) => ({ spent: [{ instance_id: one, gpu_seconds: seconds }] });
  const events = [
    started(0, 1),
    finished(0, 20, result(0, "succeeded", spent(1))),
    finished(1, 40, result(1, "succeeded", spent(3))),
  ];
  await foldEvents(
    events.map((event) => of(batch.id, event)),
    at,
  );
};
const reminders = async (at: World) => (await allKeys(at)).filter((key) => key.startsWith("active/"));

describe("a batch's receipt", () => {
  test("waits for the last of its machines, and is then shared out among the items", async () => {
    const at = world();
    const batch = await submitted(at, prompts(2));
    await keep(at, { [one]: machineOf(batch, { closed_at: null }) });
    await make(at, batch);
    await look(at);
    expect(await receiptOf(at, batch)).toBeNull();
    expect(await reminders(at)).toEqual([]);

    await keep(at, { [one]: machineOf(batch) });
    await at.store.create(`active/receipt-due/${batch.id}/${one}`, "{}");
    expect(await openWork(at)).toEqual([]);
    await look(at);
    expect(await receiptOf(at, batch)).toMatchObject({
      usd: "0.18",
      boot_usd: "0.012",
      load_usd: "0.006",
      work_usd: "0.003",
      idle_usd: "0.159",
      instance_seconds: 1800,
      billed_seconds: 1800,
      instances: [{ instance_id: one, usd: "0.18", instance_seconds: 1800, billed_seconds: 1800 }],
    });
    const items = await readItemReceipts(at.store, batch.id, 0);
    expect([...items.values()].map(({ index, usd, boot_usd }) => [index, usd, boot_usd])).toEqual([
      [0, "0.045", "0.003"],
      [1, "0.135", "0.009"],
    ]);
    expect(await reminders(at)).toEqual([]);
  });

  test("is written at the batch's end when its machines had ended before", async () => {
    const at = world();
    const batch = await submitted(at, prompts(2));
    await keep(at, { [one]: machineOf(batch) });
    await make(at, batch);
    await look(at);
    expect(await receiptOf(at, batch)).toMatchObject({ usd: "0.18" });
  });

  test("is zero for a batch that no machine has worked on", async () => {
    const at = world();
    const batch = await submitted(at, prompts(2));
    await cancelBatch(batch, "drain", at);
    await look(at);
    expect(await receiptOf(at, batch)).toMatchObject({ usd: "0.00", instances: [] });
    expect((await readItemReceipts(at.store, batch.id, 0)).get(1)?.usd).toBe("0.00");
  });

  test("keeps its reminder while the machine's account is still open, so that no closing is missed", async () => {
    const at = world();
    const batch = await submitted(at, prompts(2));
    await keep(at, { [one]: machineOf(batch, { closed_at: null }) });
    await make(at, batch);
    await at.store.create(`active/receipt-due/${batch.id}/${one}`, "{}");
    await look(at);
    expect(await reminders(at)).toEqual([`active/receipt-due/${batch.id}/${one}`]);
  });

  test("is written again when another machine turns out to have served it", async () => {
    const at = world();
    const batch = await submitted(at, prompts(2));
    await keep(at, { [one]: machineOf(batch) });
    await make(at, batch);
    await look(at);
    await keep(at, { [one]: machineOf(batch), [two]: machineOf(batch) });
    await at.store.create(`active/receipt-due/${batch.id}/${two}`, "{}");
    await look(at);
    const items = [...(await readItemReceipts(at.store, batch.id, 0)).values()];
    expect(await receiptOf(at, batch)).toMatchObject({ usd: "0.36" });
    expect(items.map(({ usd }) => usd)).toEqual(["0.09", "0.27"]);
  });

  test("includes a machine of a later day that made an item of it again", async () => {
    const at = world();
    const batch = await submitted(at, prompts(2));
    await keep(at, { [one]: machineOf(batch) });
    await make(at, batch);
    await look(at);
    await at.clock.advance(6 * 24 * 3_600_000);
    const later = { v: 1, day: "2026-01-07", instances: { [two]: machineOf(batch) } };
    await at.store.put(fleetKeys.ledger("2026-01-07"), JSON.stringify(later));
    await at.store.create(`active/receipt-due/${batch.id}/${two}`, "{}");
    await look(at);
    expect(await receiptOf(at, batch)).toMatchObject({ usd: "0.36" });
  });

  test("of a batch that does not exist is not looked for again", async () => {
    const at = world();
    await at.store.create(`active/receipt-due/batch_01KDVDNG00AAAAAAAAAAAAAAAA/${one}`, "{}");
    await look(at);
    expect(await reminders(at)).toEqual([]);
  });
});
