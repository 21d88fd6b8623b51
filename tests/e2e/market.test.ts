import { afterEach, expect, test } from "vitest";
import { batch, clips, control, ended, machines, noMachines, submit, tick, waitUntil } from "./world.ts";

interface Zone {
  readonly zone: string;
  readonly spot_usd_per_hour: number;
}
const zones = async (): Promise<readonly Zone[]> => ((await control("/state")) as { zones: Zone[] }).zones;

afterEach(async () => {
  await noMachines();
  for (const { zone } of await zones()) {
    await control("/capacity", { zone, instances: null });
    await control("/price", { zone, usd: null });
  }
});

test("when the cheapest pool is dry the launch goes to another zone", async () => {
  const cheapest = (await zones()).toSorted((a, b) => a.spot_usd_per_hour - b.spot_usd_per_hour)[0];
  await control("/capacity", { zone: cheapest?.zone, instances: 0 });
  const { id } = await submit(clips(2, 1));
  const machine = await waitUntil("a machine", async () => (await machines())[0]);
  expect(machine.zone).not.toBe(cheapest?.zone);
  expect((await ended(id)).outcome).toBe("succeeded");
});

test("while every zone costs more than the cap nothing is launched and the batch says why", async () => {
  for (const { zone } of await zones()) await control("/price", { zone, usd: 0.9 });
  const { id } = await submit(clips(2, 1));
  const waiting = await waitUntil("a reason", async () => {
    const { waiting_reason } = await batch(id);
    return waiting_reason?.reason === "price" && waiting_reason;
  });
  expect(waiting.detail).toContain("0.4 USD");
  expect(await machines()).toEqual([]);

  for (const { zone } of await zones()) await control("/price", { zone, usd: 0.2 });
  await tick("launch");
  expect((await ended(id)).outcome).toBe("succeeded");
});
