import { expect, test } from "vitest";
import { reapOrNote } from "../../../../functions/fleet/reap-and-reconcile.ts";
import { submitBatch } from "../../../../shared/batch/submit/submit.ts";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { countedQueues, countedWorld, minuteOf } from "../counted-world.ts";

/** What is billed as a write (LIST too) costs a dollar a month for every four of them a minute. */
const dear = /^(put|create|replace|list) ./;

test("a quiet tick of the launcher asks for little and writes nothing", async () => {
  const { asked, ports, world } = countedWorld();
  const tick = () => world.clock.runUntil(launchTick(ports, world.stage));
  await tick();
  await world.clock.advance(60_000);
  asked.length = 0;
  await tick();
  expect(asked.length).toBeLessThanOrEqual(12);
  expect(asked.filter((request) => dear.test(request))).toEqual(["list active/"]);
});

test("a quiet tick of the reaper and the reconciler asks for little and writes nothing", async () => {
  const { asked, ports, world } = countedWorld();
  const tick = async (): Promise<void> => {
    const stage = world.stage;
    await world.clock.runUntil(reapOrNote({}, { ...ports, jobQueues: countedQueues(asked) }, stage));
  };
  await tick();
  await world.clock.advance(60_000);
  asked.length = 0;
  await tick();
  expect(asked.length).toBeLessThanOrEqual(12);
  expect(asked.filter((request) => dear.test(request))).toEqual(["list active/"]);
});

test("a tick with a batch that is held reads three records more, and writes nothing", async () => {
  const { asked, ports, world } = countedWorld();
  const tick = () => world.clock.runUntil(launchTick(ports, world.stage));
  // It pays for no boot.
  const body = { items: [{ prompt: "one" }], max_cost_usd: "0.000001" };
  await submitBatch({ body, owner: "ada", idempotency: null }, ports, world.stage.settings);
  await tick();
  await world.clock.advance(60_000);
  asked.length = 0;
  await tick();
  // Beside the quiet tick's: the batch, its progress, what holds for it; no machine has served it, so no ledger.
  expect(asked.filter((request) => /^get batches\//.test(request))).toHaveLength(3);
  expect(asked.length).toBeLessThanOrEqual(12 + 3);
  expect(asked.filter((request) => dear.test(request))).toEqual(["list active/"]);
});

test("an idle minute is 8 reads and 2 lists of S3; open work is 2 reads more, and each active batch that waits 6 and a list", async () => {
  const counted = countedWorld();
  const { ports, world } = counted;
  await minuteOf(counted);
  await world.clock.advance(60_000);
  const idle = await minuteOf(counted);
  expect(idle).toMatchObject({ reads: 8, lists: 2, writes: 0 });
  for (let batch = 0; batch < 10; batch += 1) {
    const body = { items: [{ prompt: "one" }], speed: "economy" };
    await submitBatch({ body, owner: "ada", idempotency: null }, ports, world.stage.settings);
  }
  await minuteOf(counted);
  await world.clock.advance(60_000);
  const busy = await minuteOf(counted);
  expect(busy).toMatchObject({ reads: 8 + 2 + 10 * 6, lists: 2 + 10, writes: 0 });
});
