import { beforeEach, expect, test } from "vitest";
import { readControl } from "../../../../shared/batch/progress/batch-files.ts";
import { changeControl } from "../../../../shared/interlock/control.ts";
import { batchIdOf } from "../../../../shared/contract/ids.ts";
import { dryRun, launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { World } from "../world.ts";
import type { BatchBudget } from "../../../../shared/interlock/open-work.ts";

const batchId = batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZZ");
let world: World;
beforeEach(() => {
  world = new World();
});
const tick = () => world.clock.runUntil(launchTick(world.ports, world.stage));
const control = () => readControl(world.store, batchId);

/** A batch that may cost 0.05 USD. */
function spend(spentUsd: number, change: Partial<BatchBudget> = {}): void {
  world.demand(1000);
  world.work = world.work.map((one) => ({
    ...one,
    budget: { batchId, maxUsd: 0.05, spentUsd, itemsInHand: 0, isHeld: false, ...change },
  }));
}

test("a batch that has cost what it may cost is held, and nothing is launched for it", async () => {
  spend(0.0501);
  const record = await tick();
  expect(record.models[0]).toMatchObject({ open_items: 1000, want: 0, launched: 0 });
  expect(record.models[0]?.reasons.map(({ reason }) => reason)).toEqual(["budget_batch"]);
  expect((await control())?.held).toEqual({
    since: new Date(world.clock.nowMs()).toISOString(),
    detail: "0.0501 USD is spent, and the batch may cost 0.05 USD: a higher budget continues it",
  });
});

test("what is held stays held since then, and is written once", async () => {
  spend(0.0501);
  await tick();
  const before = await control();
  await world.clock.advance(60_000);
  spend(0.052, { isHeld: true });
  await tick();
  expect(await control()).toEqual(before);
});

test("with a higher budget it goes on, and machines come for it", async () => {
  spend(0.0501);
  await tick();
  await world.clock.advance(60_000);
  spend(0.0501, { isHeld: true, maxUsd: 0.2 });
  const record = await tick();
  expect((await control())?.held).toBeNull();
  expect(record.models[0]).toMatchObject({ launched: 1 });
});

test("its owner's cancel is kept when it is held and when it goes on", async () => {
  await changeControl(world.ports, batchId, () => ({ cancel: "drain" }));
  spend(0.0501);
  await tick();
  expect(await control()).toMatchObject({
    cancel: "drain",
    held: { detail: expect.stringContaining("is spent") as string },
  });
});

test("a batch that has not cost what it may cost is not written to", async () => {
  spend(0.01);
  await tick();
  expect(await control()).toBeNull();
});

test("a dry run holds nothing", async () => {
  spend(0.0501);
  await world.clock.runUntil(dryRun(world.ports, world.stage));
  expect(await control()).toBeNull();
});
