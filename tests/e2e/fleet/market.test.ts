import { afterEach, expect, test } from "vitest";
import { pageSchema } from "../../../shared/contract/api/api.ts";
import { decisionRecordSchema } from "../../../shared/contract/records/fleet-records.ts";
import {
  api,
  batch,
  cancel,
  clips,
  control,
  ended,
  machines,
  noMachines,
  setPrices,
  submit,
  tick,
  waitUntil,
  workingMachine,
} from "../world.ts";

interface Zone {
  readonly zone: string;
  readonly spot_usd_per_hour: number;
}
const zones = async (): Promise<readonly Zone[]> => ((await control("/state")) as { zones: Zone[] }).zones;

afterEach(async () => {
  await noMachines();
  for (const { zone } of await zones()) await control("/capacity", { zone, instances: null });
  await setPrices(null);
});

test("while every zone costs more than the cap nothing is launched and the batch says why", async () => {
  await setPrices(0.9);
  const { id } = await submit(clips(2, 1));
  const waiting = await waitUntil("a reason", async () => {
    const { waiting_reason } = await batch(id);
    return waiting_reason?.reason === "price" && waiting_reason;
  });
  expect(waiting.detail).toContain("0.4 USD");
  expect(await machines()).toEqual([]);

  await setPrices(0.2);
  await tick("launch");
  expect((await ended(id)).outcome).toBe("succeeded");
});

test("a machine whose zone has become too expensive leaves in the middle of a batch, the reason is shown, and the rest is made elsewhere", async () => {
  // Short ones: what a machine has begun it finishes. And more than one makes until it is told: 32 s of music a second.
  const { id } = await submit(clips(300, 4));
  const first = await workingMachine(id);
  const zone = (await machines()).find(({ instance_id }) => instance_id === first)?.zone ?? "";
  await control("/price", { zone, usd: 0.9 });
  await waitUntil("the machine to leave", async () => {
    await tick("launch");
    return (await machines()).every(({ instance_id }) => instance_id !== first);
  });
  const { data } = pageSchema(decisionRecordSchema).parse((await api("GET", "/v1/decisions")).json);
  const told = data.flatMap(({ drained }) => drained).find(({ instance_id }) => instance_id === first);
  expect(told).toMatchObject({ zone });
  expect(told?.detail).toContain("over 0.4 USD an hour");

  const second = await workingMachine(id);
  expect((await machines()).find(({ instance_id }) => instance_id === second)?.zone).not.toBe(zone);
  await cancel(id);
  const { counts } = await ended(id);
  expect(counts).toMatchObject({ failed: 0, expired: 0, queued: 0, running: 0 });
  expect(counts.succeeded).toBeGreaterThan(0);
});

test("when the cheapest pool is dry the launch goes to another zone", async () => {
  const cheapest = (await zones()).toSorted((a, b) => a.spot_usd_per_hour - b.spot_usd_per_hour)[0];
  await control("/capacity", { zone: cheapest?.zone, instances: 0 });
  const { id } = await submit(clips(2, 1));
  const machine = await waitUntil("a machine", async () => (await machines())[0]);
  expect(machine.zone).not.toBe(cheapest?.zone);
  expect((await ended(id)).outcome).toBe("succeeded");
});
