import { afterAll, expect, test } from "vitest";
import { batch, cancel, clips, ended, noMachines, results, submit, workingMachine } from "../world.ts";

afterAll(async () => {
  await noMachines();
});

/** A clip takes as long to make as it plays, at least. */
test("an abort ends running clips in the middle, and their machine goes on with the work of others", async () => {
  const seconds = 30;
  const { id } = await submit(clips(2, seconds), { speed: "fast" });
  await workingMachine(id);
  await cancel(id);
  const view = await ended(id);
  expect(view).toMatchObject({ outcome: "canceled", counts: { canceled: 2, succeeded: 0 } });
  for (const { steps } of await results(id)) expect(steps).toBeLessThan(seconds * 50);
  // The next batch finds the slots free.
  const next = await submit(clips(1, 1), { speed: "fast" });
  expect((await ended(next.id)).outcome).toBe("succeeded");
  expect((await batch(next.id)).instances).toBe(1);
});
