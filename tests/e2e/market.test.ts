import { afterEach, expect, test } from "vitest";
import { batch, clips, control, ended, machines, noMachines, submit, tick, waitUntil } from "./world.ts";

interface Zone {
  readonly name: string;
  readonly spot_usd_per_hour: number;
}
const zones = async (): Promise<readonly Zone[]> => ((await control("/state")) as { zones: Zone[] }).zones;

afterEach(async () => {
  await noMachines();
  await control("/reset-market", {});
});

test("when the cheapest pool is dry the launch goes to another zone", async () => {
  const cheapest = (await zones()).toSorted((a, b) => a.spot_usd_per_hour - b.spot_usd_per_hour)[0];
  await control("/capacity", { zone: cheapest?.name, instances: 0 });
  const { id } = await submit(clips(2, 1));
  const machine = await waitUntil("a machine", async () => (await machines())[0]);
  expect(machine.zone).not.toBe(cheapest?.name);
  expect((await ended(id)).outcome).toBe("succeeded");
});

test("while every zone costs more than the cap nothing is launched and the batch says why", async () => {
  const before = await zones();
  for (const { name } of before) await control("/price", { zone: name, usd: 0.9 });
  const { id } = await submit(clips(2, 1));
  const waiting = await waitUntil("a reason", async () => {
    const { waiting_reason } = await batch(id);
    return waiting_reason?.reason === "price" && waiting_reason;
  });
  expect(waiting.detail).toContain("0.4 USD");
  expect(await machines()).toEqual([]);

  for (const { name, spot_usd_per_hour } of before)
    await control("/price", { zone: name, usd: spot_usd_per_hour });
  await tick("launch");
  expect((await ended(id)).outcome).toBe("succeeded");
});
