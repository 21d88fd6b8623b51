import { afterEach, expect, test } from "vitest";
import {
  clips,
  control,
  ended,
  expectEveryItemOnce,
  machines,
  noMachines,
  results,
  submit,
  waitUntil,
  workingMachine,
} from "../world.ts";

afterEach(async () => {
  await noMachines();
});

test("clips of two interrupted machines are each made once, and continue where they were", async () => {
  const seconds = 18;
  const { id } = await submit(clips(24, seconds));
  // Each machine is taken as soon as it works, with the clips that it has begun. tests/simulation plays thousands.
  for (let taken = 0; taken < 2; taken += 1) {
    const machine = await workingMachine(id);
    await control("/interrupt", { instance_id: machine, notice_seconds: 6 });
    await waitUntil("the machine to be gone", async () =>
      (await machines()).every(({ instance_id }) => instance_id !== machine),
    );
  }
  const view = await ended(id);
  expect(view.outcome).toBe("succeeded");
  expect(view.instances).toBeGreaterThan(1);
  await expectEveryItemOnce(id, 24);
  const made = await results(id);
  const interruptions = made.reduce((sum, result) => sum + result.interruptions, 0);
  expect(interruptions).toBeGreaterThan(0);
  expect(view.interruptions).toBe(interruptions);
  // The engine counts its steps: 50 for each second and 3 for the codebooks' delay, however often it was interrupted.
  expect(new Set(made.map(({ steps }) => steps))).toEqual(new Set([seconds * 50 + 3]));
});
