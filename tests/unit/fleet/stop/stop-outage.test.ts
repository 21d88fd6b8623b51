/** Stop-all while one call of AWS fails for minutes, whichever it is: what it promises then, and that it gets there. */
import { expect, test } from "vitest";
import { latchIsClosed } from "../../../../shared/interlock/latch.ts";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { reapTick } from "../../../../shared/fleet/reap/reap-tick.ts";
import { stopAll, stopView } from "../../../../shared/fleet/stop/stop.ts";
import type { Faults } from "../../../../simulation/memory/faults.ts";
import { FleetError, QueueError, StoreError } from "../../../../shared/ports.ts";
import { World } from "../world.ts";

const outageMinutes = 5;

/** While it lasts, one operation on some keys fails: not done at all, or done with the answer lost. */
class Outage implements Faults {
  isOn = false;
  readonly #operation: string;
  readonly #key: RegExp;
  readonly #when: "before" | "after";

  constructor(operation: string, key: RegExp, when: "before" | "after") {
    this.#operation = operation;
    this.#key = key;
    this.#when = when;
  }
  before(operation: string, key: string): void {
    this.#strike("before", operation, key);
  }
  after(operation: string, key: string): void {
    this.#strike("after", operation, key);
  }
  #strike(when: "before" | "after", operation: string, key: string): void {
    if (!this.isOn || when !== this.#when || operation !== this.#operation || !this.#key.test(key)) return;
    if (operation === "depth") throw new QueueError("an outage");
    if (/^(list|find|terminate|launch|pools)$/.test(operation) && !key.includes("/"))
      throw new FleetError("an outage");
    throw new StoreError("an outage", key, { cause: null });
  }
}

const operations: readonly [operation: string, key: RegExp][] = [
  ["list", /^$/],
  ["terminate", /./],
  ["depth", /./],
  ["get", /latch/],
  ["create", /latch/],
  ["get", /pools/],
  ["get", /intents/],
  ["get", /stops/],
  ["create", /stops/],
  ["replace", /stops/],
  ["get", /ledger/],
  ["replace", /ledger/],
  ["get", /workers/],
  ["get", /reaper-marks/],
  ["get", /./],
];

test.each(
  operations.flatMap(([operation, key]) => [
    [operation, key, "before"] as const,
    [operation, key, "after"] as const,
  ]),
)(
  "%s of %s fails for minutes (%s it acts): zero is never reported too early, and is proven in the end",
  async (operation, key, when) => {
    const outage = new Outage(operation, key, when);
    const world = new World({ faults: outage });
    world.demand(10_000);
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    expect(await world.alive()).toHaveLength(2);
    outage.isOn = true;
    await operatorStops(world);
    for (let minute = 0; minute < outageMinutes; minute += 1) await aMinute(world, outage);
    outage.isOn = false;
    // An operator whose call never closed the latch calls again; else the reaper goes on by itself.
    if (!(await latchIsClosed(world.store))) await operatorStops(world);
    for (let minute = 0; minute < 4; minute += 1) await aMinute(world, outage);
    expect(await world.alive()).toEqual([]);
    expect(await stopView(world.store)).toMatchObject({
      state: "stopped",
      instances_left: 0,
      cost_per_hour_usd: "0.00",
    });
  },
);

async function operatorStops(world: World): Promise<void> {
  const view = await tolerantly(world, () => stopAll("an operator", world.ports, world.stage));
  if (view?.state === "stopped") expect(await world.alive()).toEqual([]);
}

/** Both schedules go on, and there is work that waits. */
async function aMinute(world: World, outage: Outage): Promise<void> {
  await world.clock.advance(60_000);
  await tolerantly(world, () => reapTick(world.ports, world.stage));
  await tolerantly(world, () => launchTick(world.ports, world.stage));
  const isOn = outage.isOn;
  outage.isOn = false;
  const isClosed = await latchIsClosed(world.store);
  const { state } = await stopView(world.store);
  if (isClosed && state === "stopped") expect(await world.alive()).toEqual([]);
  outage.isOn = isOn;
}

/** A function that fails is seen, and comes again. @returns null when it failed */
async function tolerantly<T>(world: World, work: () => Promise<T>): Promise<T | null> {
  try {
    return await world.clock.runUntil(work());
  } catch (error) {
    if (error instanceof StoreError || error instanceof FleetError) return null;
    throw error;
  }
}

test("the machines that EC2 lists end at once, also while nothing can be read from the store", async () => {
  const outage = new Outage("get", /./, "before");
  const world = new World({ faults: outage });
  world.demand(10_000);
  await world.clock.runUntil(launchTick(world.ports, world.stage));
  outage.isOn = true;
  await operatorStops(world);
  expect(await world.alive()).toEqual([]);
});
