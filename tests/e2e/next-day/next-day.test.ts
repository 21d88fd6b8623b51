/** A day whose money ends while machines work, and the day after it. */
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bill } from "../../../local/ec2/market/bill.ts";
import { capacityViewSchema, pageSchema } from "../../../shared/contract/api/api.ts";
import { decisionRecordSchema } from "../../../shared/contract/records/fleet-records.ts";
import {
  api,
  batch,
  clips,
  control,
  ended,
  expectEveryItemOnce,
  lambda,
  machines,
  nextDay,
  noMachines,
  setPrices,
  submit,
  tick,
  waitUntil,
} from "../world.ts";

const count = 400;
const budgetUsd = 0.02;
/** A boot of 10 s and five minutes, at 0.2 USD an hour with the volume and the address. */
const leaseUsd = 0.0184;

beforeAll(async () => {
  await setPrices(0.2);
});
afterAll(async () => {
  await noMachines();
});

async function setDayBudget(client: LambdaClient, usd: number): Promise<void> {
  const name = { FunctionName: "musicgen-batch-local-launch" };
  const { Environment } = await client.send(new GetFunctionConfigurationCommand(name));
  const config = JSON.parse(Environment?.Variables?.["MGB_CONFIG"] ?? "") as { budgets: object };
  const budgets = { ...config.budgets, day_usd: usd };
  const Variables = { ...Environment?.Variables, MGB_CONFIG: JSON.stringify({ ...config, budgets }) };
  await client.send(new UpdateFunctionConfigurationCommand({ ...name, Environment: { Variables } }));
  await waitUntil("the function to be as told", async () => {
    const { State, LastUpdateStatus } = await client.send(new GetFunctionConfigurationCommand(name));
    return State === "Active" && LastUpdateStatus === "Successful";
  });
}

const billedUsd = async (): Promise<number> => ((await control("/bill")) as Bill).usd;

test("a day's budget of 0.02 USD that is reached with four machines at work is kept, nothing is lost, and the rest is made the next day", async () => {
  const client = lambda();
  const { id } = await submit(clips(count, 1));
  await waitUntil("four machines at work", async () => {
    const { workers } = capacityViewSchema.parse((await api("GET", "/v1/capacity")).json);
    return workers.filter(({ items_running }) => items_running > 0).length === 4;
  });
  await setDayBudget(client, budgetUsd);
  await waitUntil("the last machine to leave", async () => {
    await tick("launch");
    await tick("reap");
    return (await machines()).length === 0;
  });
  const spentUsd = await billedUsd();
  // Each of the four is billed for a minute at least.
  expect(spentUsd).toBeGreaterThan(0.014);
  expect(spentUsd).toBeLessThanOrEqual(budgetUsd + leaseUsd);
  const { data } = pageSchema(decisionRecordSchema).parse((await api("GET", "/v1/decisions")).json);
  const drained = data.flatMap((decision) => decision.drained);
  expect(new Set(drained.map(({ instance_id }) => instance_id)).size).toBe(4);
  expect(new Set(drained.map(({ reason }) => reason))).toEqual(new Set(["budget_day"]));

  await tick("launch");
  const held = await batch(id);
  expect(held.waiting_reason?.reason).toBe("budget_day");
  expect(held.waiting_reason?.detail).toMatch(/^0\.\d+ USD is left of the day's 0\.02, /);
  expect(held.counts).toMatchObject({ running: 0, failed: 0, queued: count - held.counts.succeeded });
  expect(held.counts.queued).toBeGreaterThan(0);
  expect(await machines()).toEqual([]);

  nextDay();
  await waitUntil("a machine of the next day", async () => {
    await tick("launch");
    return (await machines()).length > 0;
  });
  // Plenty from now on: on a slow machine the rest would take a third day.
  await setDayBudget(client, 5);
  client.destroy();
  expect((await ended(id)).outcome).toBe("succeeded");
  await expectEveryItemOnce(id, count);
});
