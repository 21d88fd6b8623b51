/** What may be spent, and what was: against the local EC2's own bill. */
import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BatchView, batchViewSchema, pageSchema } from "../../shared/contract/api/api.ts";
import { decisionRecordSchema } from "../../shared/contract/records/fleet-records.ts";
import { receiptLines } from "../../shared/contract/records/receipt.ts";
import { microsIn } from "../../shared/billing/money.ts";
import type { Bill } from "../../local/ec2/market/bill.ts";
import {
  api,
  batch,
  clips,
  cloud,
  control,
  ended,
  expectEveryItemOnce,
  lambda,
  machines,
  noMachines,
  results,
  submit,
  tick,
  waitUntil,
  workingMachine,
} from "./world.ts";

/** A minute of a machine, the least that is billed, costs 0.0018 USD. */
const usdPerHour = 0.11;
const launchFunction = "musicgen-batch-local-launch";
/** Batches of this file that have ended. */
const made: string[] = [];

async function setPrices(usd: number | null): Promise<void> {
  const { zones } = (await control("/state")) as { zones: readonly { zone: string }[] };
  for (const { zone } of zones) await control("/price", { zone, usd });
}

beforeAll(async () => {
  await noMachines();
  await setPrices(usdPerHour);
});
afterAll(async () => {
  await noMachines();
  await setPrices(null);
});

/** @returns what it was before. */
async function setDayBudget(client: LambdaClient, usd: number): Promise<number> {
  const name = { FunctionName: launchFunction };
  const { Environment } = await client.send(new GetFunctionConfigurationCommand(name));
  const config = JSON.parse(Environment?.Variables?.["MGB_CONFIG"] ?? "") as { budgets: { day_usd: number } };
  const budgets = { ...config.budgets, day_usd: usd };
  const Variables = { ...Environment?.Variables, MGB_CONFIG: JSON.stringify({ ...config, budgets }) };
  await client.send(new UpdateFunctionConfigurationCommand({ ...name, Environment: { Variables } }));
  await waitUntil("the function to be as told", async () => {
    const { State, LastUpdateStatus } = await client.send(new GetFunctionConfigurationCommand(name));
    return State === "Active" && LastUpdateStatus === "Successful";
  });
  return config.budgets.day_usd;
}

async function lastDecision() {
  const { data } = pageSchema(decisionRecordSchema).parse((await api("GET", "/v1/decisions?limit=1")).json);
  return data[0];
}
const waitsFor = (id: string, reason: string): Promise<BatchView> =>
  waitUntil(`${id} to wait for ${reason}`, async () => {
    await tick("reap");
    await tick("launch");
    const view = await batch(id);
    return view.waiting_reason?.reason === reason && view;
  });

test("a batch that has cost what it may cost is held with the reason shown, and goes on with a higher budget", async () => {
  // Two minutes of a machine, and far more work than that.
  const { id } = await submit(clips(1000, 12), { max_cost_usd: "0.004" });
  await workingMachine(id);
  const held = await waitsFor(id, "budget_batch");
  expect(held.waiting_reason?.detail).toContain("the batch may cost");
  expect(Number(held.cost.accrued_usd)).toBeGreaterThan(0.001);
  expect((await lastDecision())?.models[0]?.reasons.map(({ reason }) => reason)).toEqual(["budget_batch"]);

  // What was begun is made, and the machine leaves by itself.
  await noMachines();
  const left = await batch(id);
  expect(left.counts.succeeded).toBeLessThan(1000);
  expect(left.counts).toMatchObject({ queued: 1000 - left.counts.succeeded, running: 0, failed: 0 });
  // A lease is a boot and five minutes.
  expect(Number(left.cost.accrued_usd)).toBeLessThan(0.004 + 0.011);
  await tick("launch");
  expect(await machines()).toEqual([]);

  const raised = await api("POST", `/v1/batches/${id}/budget`, { body: { max_cost_usd: "1" } });
  expect(raised.status, raised.text).toBe(200);
  expect(batchViewSchema.parse(raised.json).cost.max_usd).toBe("1.00");
  await waitUntil("a machine for it", async () => (await machines()).length > 0);
  expect((await batch(id)).waiting_reason?.reason).not.toBe("budget_batch");
  expect((await api("POST", `/v1/batches/${id}/cancel`, { body: { mode: "abort" } })).status).toBe(202);
  expect((await ended(id)).counts).toMatchObject({ failed: 0, expired: 0 });
  made.push(id);
});

test("a day's budget of 0.02 USD that is reached in a run stops launches with the reason shown, and loses nothing", async () => {
  await noMachines();
  await tick("reap");
  const dryRun = await api("POST", "/v1/launch?dry_run=true", { key: cloud.keys.operate });
  const before = decisionRecordSchema.parse(dryRun.json).spent_usd.day;
  const client = lambda();
  const budget = await setDayBudget(client, before + 0.02);
  try {
    const { id } = await submit(clips(40, 8));
    await workingMachine(id);
    // A machine fits into it until others have cost their minute.
    const waiting = await waitUntil("launches to stop", async () => {
      for (const { instance_id } of await machines()) await control("/kill", { instance_id });
      await tick("reap");
      await tick("launch");
      const view = await batch(id);
      return (await machines()).length === 0 && view.waiting_reason?.reason === "budget_day" && view;
    });
    expect(waiting.waiting_reason?.detail).toMatch(/^0\.0\d+ USD is left of the day's /);
    const decision = await lastDecision();
    expect(decision?.models[0]?.launch).toBe(0);
    expect(decision?.models[0]?.reasons.map(({ reason }) => reason)).toContain("budget_day");
    expect(decision?.spent_usd.day).toBeGreaterThan(before);
    const { counts } = await batch(id);
    expect(counts.succeeded + counts.queued + counts.running).toBe(40);

    await setDayBudget(client, budget);
    await tick("launch");
    expect((await ended(id)).outcome).toBe("succeeded");
    await expectEveryItemOnce(id, 40);
    made.push(id);
  } finally {
    await setDayBudget(client, budget);
    client.destroy();
  }
});

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

test("receipts by item and by machine sum to the batch's, and that is what EC2 itself bills for its machines", async () => {
  expect(made).toHaveLength(2);
  await noMachines();
  for (const id of made) {
    const { receipt } = (
      await waitUntil(`the receipt of ${id}`, async () => {
        await tick("reap");
        const view = await batch(id);
        return view.cost.receipt !== null && view;
      })
    ).cost;
    if (receipt === null) throw new Error(`expected ${id} to have a receipt`);
    const { instances, usd } = receipt;
    const items = (await results(id)).flatMap((result) => (result.receipt === null ? [] : [result.receipt]));
    expect(items).toHaveLength((await batch(id)).counts.total);
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
  }
});
