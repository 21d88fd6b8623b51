import { beforeEach, expect, test } from "vitest";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { reapTick } from "../../../../shared/fleet/reap/reap-tick.ts";
import { stopAll } from "../../../../shared/fleet/stop/stop.ts";
import type { InstanceId } from "../../../../shared/contract/ids.ts";
import { World } from "../world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
const reap = () => world.clock.runUntil(reapTick(world.ports, world.stage));
const launch = async (): Promise<InstanceId> => {
  world.demand(100);
  await world.clock.runUntil(launchTick(world.ports, world.stage));
  const [id] = await world.alive();
  if (id === undefined) throw new Error("nothing was launched");
  return id;
};
const errors = (message: string) =>
  world.log.entries.filter((entry) => entry.level === "error" && entry.message === message);
const overHours = () => errors("machines are past their lifetime and still run");
const notProven = () => errors("a stop is not proven");

/** EC2 says yes and ends nothing. */
const hang = (): void => {
  world.fleet.terminate = (ids) =>
    Promise.resolve(
      ids.map((instanceId) => ({ instanceId, kind: "failed", detail: "InternalError" }) as const),
    );
};

test("a machine that still runs a quarter of an hour after its lifetime is told at every tick", async () => {
  const id = await launch();
  hang();
  const lifetimeMs = world.stage.settings.worker.max_lifetime_seconds * 1000;
  await world.clock.advance(lifetimeMs + 15 * 60_000);
  await reap();
  expect(overHours()).toEqual([]);
  await world.clock.advance(60_000);
  await reap();
  await reap();
  expect(overHours().map(({ fields }) => fields)).toEqual([{ machines: [id] }, { machines: [id] }]);
});

test("a stop that is not proven after ten minutes is told until it is", async () => {
  await launch();
  const real = world.fleet.terminate.bind(world.fleet);
  hang();
  await world.clock.runUntil(stopAll("ada", world.ports, world.stage));
  await reap();
  expect(notProven()).toEqual([]);
  await world.clock.advance(11 * 60_000);
  await reap();
  expect(notProven()).toMatchObject([{ fields: { instances_left: 1 } }]);
  world.fleet.terminate = real;
  await reap();
  await world.clock.advance(60_000);
  await reap();
  const told = notProven().length;
  await world.clock.advance(60_000);
  await reap();
  expect(notProven()).toHaveLength(told);
});
