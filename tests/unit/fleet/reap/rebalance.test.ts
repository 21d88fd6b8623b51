import { beforeEach, describe, expect, test } from "vitest";
import type { InstanceId } from "../../../../shared/contract/ids.ts";
import { fleetKeys } from "../../../../shared/contract/records/keys.ts";
import { readDrain } from "../../../../shared/fleet/machines/drain.ts";
import { onInstanceEvent } from "../../../../shared/fleet/reap/instance-events.ts";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { reapTick } from "../../../../shared/fleet/reap/reap-tick.ts";
import { testSettings } from "../settings.ts";
import { World } from "../world.ts";

let world: World;
let ids: readonly InstanceId[];
const launch = (): Promise<unknown> => world.clock.runUntil(launchTick(world.ports, world.stage));
const reap = (): Promise<unknown> => world.clock.runUntil(reapTick(world.ports, world.stage));
const minutes = (count: number): Promise<void> => world.clock.advance(count * 60_000);
const now = (): string => new Date(world.clock.nowMs()).toISOString();
const idOf = (place: number): InstanceId => {
  const id = ids[place];
  if (id === undefined) throw new Error("too few machines");
  return id;
};
const eventOf = (id: InstanceId): Promise<unknown> =>
  world.clock.runUntil(
    onInstanceEvent(
      {
        source: "aws.ec2",
        time: now(),
        "detail-type": "EC2 Instance Rebalance Recommendation",
        detail: { "instance-id": id },
      },
      world.ports,
      world.stage,
    ),
  );
const told = async (): Promise<readonly InstanceId[]> => {
  const orders = await Promise.all(ids.map((id) => readDrain(world.store, id)));
  return orders.flatMap((order) => (order === null ? [] : [order.instance_id]));
};

/** Three machines in the cheaper zone. */
async function begin(rebalance: "note" | "drain"): Promise<void> {
  world = new World({ settings: { ...testSettings, rebalance } });
  world.demand(20_000);
  await launch();
  ids = await world.alive();
  for (const id of ids) await world.heartbeat(id);
}

describe("a rebalance recommendation", () => {
  beforeEach(() => begin("note"));

  test("tells no machine to leave, cools no pool and wakes no launcher", async () => {
    for (const id of ids) await eventOf(id);
    expect(await told()).toEqual([]);
    expect((await world.pools())?.cooling).toEqual({});
    expect(world.launcher.count).toBe(0);
  });

  test("makes its zone the last to be asked, for a quarter of an hour", async () => {
    await eventOf(idOf(0));
    world.demand(100_000);
    await launch();
    const fourth = (await world.fleet.list()).at(-1);
    expect(fourth).toMatchObject({ zone: "zone-b" });
    world.fleet.shutDown(fourth?.instanceId ?? idOf(0));
    await minutes(16);
    for (const id of ids) await world.heartbeat(id);
    world.demand(100_000);
    await launch();
    expect((await world.fleet.list()).at(-1)).toMatchObject({ zone: "zone-a" });
  });

  test("leaves its zone to be asked where no other can be", async () => {
    await eventOf(idOf(0));
    world.fleet.setPrice("zone-b", 0.5);
    world.demand(100_000);
    await launch();
    expect((await world.fleet.list()).at(-1)).toMatchObject({ zone: "zone-a" });
  });

  test("is heard from the machine's own heartbeat where EventBridge lost it, and once for a quarter of an hour", async () => {
    const at = now();
    await world.heartbeat(idOf(0), { rebalance_at: at });
    await reap();
    expect((await world.pools())?.risky).toEqual({
      "g4dn.xlarge/zone-a": { until: "2026-01-01T00:15:00.000Z" },
    });
    await minutes(16);
    await world.heartbeat(idOf(0), { rebalance_at: at });
    await reap();
    expect((await world.pools())?.risky).toEqual({
      "g4dn.xlarge/zone-a": { until: "2026-01-01T00:15:00.000Z" },
    });
  });
});

describe("a rebalance recommendation in a stage whose machines leave by it", () => {
  beforeEach(() => begin("drain"));

  test("is noted, and gives no second order, when the machine's order cannot be read", async () => {
    await world.store.put(fleetKeys.drain(idOf(0)), '{"v":2}');
    await eventOf(idOf(0));
    expect((await world.pools())?.risky).toHaveProperty("g4dn.xlarge/zone-a");
    expect((await world.pools())?.rebalance_drained).toBeNull();
  });

  test("has one machine leave, whatever comes for the others within ten minutes, and cools its pool", async () => {
    for (const id of ids) await eventOf(id);
    for (const id of ids) await world.heartbeat(id, { rebalance_at: now() });
    await reap();
    expect(await told()).toEqual([idOf(0)]);
    expect(await readDrain(world.store, idOf(0))).toMatchObject({ reason: "rebalance" });
    expect((await world.pools())?.cooling).toEqual({
      "g4dn.xlarge/zone-a": {
        until: "2026-01-01T00:10:00.000Z",
        reason: "rebalance",
        code: "rebalance",
      },
    });
  });

  test("has the next machine leave ten minutes later, while the advice is fresh", async () => {
    const at = now();
    await eventOf(idOf(0));
    await minutes(11);
    for (const id of ids) await world.heartbeat(id, { rebalance_at: at });
    await reap();
    expect(await told()).toHaveLength(2);
  });

  test("launches no machine into the zone that one has just left by it", async () => {
    await eventOf(idOf(0));
    world.demand(100_000);
    world.fleet.setPrice("zone-b", 0.5);
    await launch();
    expect(await world.alive()).toHaveLength(ids.length);
  });
});
