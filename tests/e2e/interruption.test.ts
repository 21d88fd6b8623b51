import { afterEach, expect, test } from "vitest";
import { clips, control, ended, expectEveryItemOnce, noMachines, submit, workingMachine } from "./world.ts";

afterEach(async () => {
  await noMachines();
});

test("a batch whose machine is interrupted in the middle ends with every item succeeded once", async () => {
  const { id } = await submit(clips(40, 20));
  const machine = await workingMachine(id);
  await control("/interrupt", { instance_id: machine, notice_seconds: 4 });
  const view = await ended(id);
  expect(view.outcome).toBe("succeeded");
  expect(view.instances).toBeGreaterThan(1);
  expect(view.interruptions).toBeGreaterThan(0);
  await expectEveryItemOnce(id, 40);
});

test("a batch whose worker is killed without notice ends with every item succeeded once", async () => {
  const { id } = await submit(clips(40, 8));
  const machine = await workingMachine(id);
  await control("/kill", { instance_id: machine });
  const view = await ended(id);
  expect(view.outcome).toBe("succeeded");
  await expectEveryItemOnce(id, 40);
});
