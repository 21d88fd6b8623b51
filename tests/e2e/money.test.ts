/** What may be spent. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BatchView, batchViewSchema, pageSchema } from "../../shared/contract/api.ts";
import { decisionRecordSchema } from "../../shared/contract/fleet-records.ts";
import {
  api,
  batch,
  clips,
  control,
  ended,
  machines,
  noMachines,
  submit,
  tick,
  waitUntil,
  workingMachine,
} from "./world.ts";

/** A minute of a machine, the least that is billed, costs 0.0018 USD. */
const usdPerHour = 0.11;

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
  const { id } = await submit(clips(200, 4), { max_cost_usd: "0.0015" });
  await workingMachine(id);
  const held = await waitsFor(id, "budget_batch");
  expect(held.waiting_reason?.detail).toContain("the batch may cost 0.0015 USD");
  expect(Number(held.cost.accrued_usd)).toBeGreaterThanOrEqual(0.0015);
  expect((await lastDecision())?.models[0]?.reasons.map(({ reason }) => reason)).toEqual(["budget_batch"]);

  // What was begun is made, and the machine leaves by itself.
  await noMachines();
  const left = await batch(id);
  expect(left.counts.succeeded).toBeLessThan(200);
  expect(left.counts).toMatchObject({ queued: 200 - left.counts.succeeded, running: 0, failed: 0 });
  await tick("launch");
  expect(await machines()).toEqual([]);

  const raised = await api("POST", `/v1/batches/${id}/budget`, { body: { max_cost_usd: "1" } });
  expect(raised.status, raised.text).toBe(200);
  expect(batchViewSchema.parse(raised.json).cost.max_usd).toBe("1.00");
  await waitUntil("a machine for it", async () => (await machines()).length > 0);
  expect((await batch(id)).waiting_reason?.reason).not.toBe("budget_batch");
  expect((await api("POST", `/v1/batches/${id}/cancel`, { body: { mode: "abort" } })).status).toBe(202);
  expect((await ended(id)).counts).toMatchObject({ failed: 0, expired: 0 });
});
