import { beforeEach, expect, test } from "vitest";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { World } from "../world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
const tick = () => world.clock.runUntil(launchTick(world.ports, world.stage));
const measured = () =>
  world.log.entries.filter(({ message }) => message === "measured").map(({ fields }) => fields);

test("a tick with work or machines logs the numbers that metrics are made of", async () => {
  world.demand(100);
  await tick();
  expect(measured()).toEqual([
    {
      machines_booting: 0,
      machines_ready: 0,
      machines_leaving: 0,
      usd_per_hour: 0,
      spent_day_usd: 0,
      spent_month_usd: 0,
      oldest_job_seconds: 0,
    },
  ]);
  const [machine] = await world.alive();
  if (machine === undefined) throw new Error("nothing was launched");
  await world.clock.advance(60_000);
  await world.heartbeat(machine);
  await tick();
  expect(measured().at(-1)).toMatchObject({ machines_ready: 1, oldest_job_seconds: 60 });
  expect(measured().at(-1)?.["usd_per_hour"]).toBe(0.16);
});

test("an idle tick logs none, so that an idle stage publishes no metric", async () => {
  await tick();
  expect(measured()).toEqual([]);
});
