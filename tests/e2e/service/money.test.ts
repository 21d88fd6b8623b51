/** What a batch may cost, and what it has: against the local EC2's own bill. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bill } from "../../../local/ec2/market/bill.ts";
import { microsIn } from "../../../shared/billing/money.ts";
import { type BatchView, batchViewSchema, pageSchema } from "../../../shared/contract/api/api.ts";
import { decisionRecordSchema } from "../../../shared/contract/records/fleet-records.ts";
import { receiptLines } from "../../../shared/contract/records/receipt.ts";
import {
  api,
  batch,
  cancel,
  clips,
  control,
  ended,
  expectEveryItemOnce,
  machines,
  minutesLater,
  noMachines,
  results,
  setPrices,
  submit,
  tick,
  waitUntil,
  workingMachine,
} from "../world.ts";

beforeAll(async () => {
  await noMachines();
  // A minute of a machine, the least that is billed, costs 0.0018 USD.
  await setPrices(0.11);
});
afterAll(async () => {
  await noMachines();
  await setPrices(null);
});

async function lastDecision() {
  const { data } = pageSchema(decisionRecordSchema).parse((await api("GET", "/v1/decisions?limit=1")).json);
  return data[0];
}

async function mayCost(id: string, usd: string): Promise<BatchView> {
  const answer = await api("POST", `/v1/batches/${id}/budget`, { body: { max_cost_usd: usd } });
  expect(answer.status, answer.text).toBe(200);
  return batchViewSchema.parse(answer.json);
}

test("a batch that has cost what it may cost is held with the reason shown, and goes on with a higher budget", async () => {
  const { id } = await submit(clips(200, 6), { max_cost_usd: "1" });
  await workingMachine(id);
  // A minute is billed at least, so it costs more than that as soon as a machine works for it.
  await mayCost(id, "0.001");
  const held = await waitUntil(`${id} to be held`, async () => {
    await tick("reap");
    await tick("launch");
    const view = await batch(id);
    return view.waiting_reason?.reason === "budget_batch" && view;
  });
  expect(held.waiting_reason?.detail).toContain("the batch may cost");
  expect(Number(held.cost.accrued_usd)).toBeGreaterThan(0.001);
  expect((await lastDecision())?.models[0]?.reasons.map(({ reason }) => reason)).toEqual(["budget_batch"]);

  // What was begun is made, and the machine leaves by itself.
  await noMachines();
  const left = await batch(id);
  expect(left.counts.succeeded).toBeLessThan(200);
  expect(left.counts).toMatchObject({ queued: 200 - left.counts.succeeded, running: 0, failed: 0 });
  // A lease is a boot and five minutes.
  expect(Number(left.cost.accrued_usd)).toBeLessThan(Number(held.cost.accrued_usd) + 0.011);
  await tick("launch");
  expect(await machines()).toEqual([]);

  const raised = await mayCost(id, "1");
  expect(raised.cost.max_usd).toBe("1.00");
  await waitUntil("a machine for it", async () => (await machines()).length > 0);
  expect((await batch(id)).waiting_reason?.reason).not.toBe("budget_batch");
  await cancel(id);
  expect((await ended(id)).counts).toMatchObject({ failed: 0, expired: 0 });
});

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

test("a batch whose first machine is killed without notice is made once, and its receipts by item and by machine sum to what EC2 itself bills", async () => {
  const { id } = await submit(clips(12, 4));
  await control("/kill", { instance_id: await workingMachine(id) });
  expect((await ended(id)).outcome).toBe("succeeded");
  await expectEveryItemOnce(id, 12);

  await noMachines();
  await tick("reap");
  // It is written once nothing more is heard of its machines.
  minutesLater(10);
  const { receipt } = (
    await waitUntil(`the receipt of ${id}`, async () => {
      await tick("reap");
      const view = await batch(id);
      return view.cost.receipt !== null && view;
    })
  ).cost;
  if (receipt === null) throw new Error(`expected ${id} to have a receipt`);
  const { instances, usd } = receipt;
  expect(instances.length).toBeGreaterThan(1);
  const items = (await results(id)).flatMap((result) => (result.receipt === null ? [] : [result.receipt]));
  expect(items).toHaveLength(12);
  expect(sum(items.map((item) => microsIn(item.usd)))).toBe(microsIn(usd));
  expect(sum(instances.map((instance) => microsIn(instance.usd)))).toBe(microsIn(usd));
  expect(sum(receiptLines.map((line) => microsIn(receipt[`${line}_usd`])))).toBe(microsIn(usd));
  expect(microsIn(usd)).toBeGreaterThan(0);

  // No other batch was made meanwhile. EC2 tells the time of its events to the second.
  const bill = (await control("/bill")) as Bill;
  for (const { instance_id, usd: receipted } of instances) {
    const billed = bill.machines.find((machine) => machine.instance_id === instance_id);
    expect(Number(receipted)).toBeCloseTo(billed?.usd ?? NaN, 4);
  }
});
