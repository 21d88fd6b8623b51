import { beforeEach, describe, expect, test, vi } from "vitest";
import type { InstanceEvent } from "../../../../shared/contract/instance-event.ts";
import { instanceEventSchema } from "../../../../shared/contract/instance-event.ts";
import type { InstanceId } from "../../../../shared/contract/ids.ts";
import { instanceIdSchema } from "../../../../shared/contract/ids.ts";
import { fleetKeys } from "../../../../shared/contract/records/keys.ts";
import { orderDrain, readDrain } from "../../../../shared/fleet/machines/drain.ts";
import { onInstanceEvent } from "../../../../shared/fleet/reap/instance-events.ts";
import { billUsd } from "../../../../shared/billing/bill.ts";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { readLedger } from "../../../../shared/billing/ledger/ledger.ts";
import { reapTick } from "../../../../shared/fleet/reap/reap-tick.ts";
import { FleetError } from "../../../../shared/ports.ts";
import { World } from "../world.ts";

let world: World;
let id: InstanceId;
beforeEach(async () => {
  world = new World();
  world.demand(100);
  await world.clock.runUntil(launchTick(world.ports, world.stage));
  id = (await world.alive())[0] ?? instanceIdSchema.parse("i-00000000");
  await world.clock.advance(60_000);
  await world.clock.runUntil(reapTick(world.ports, world.stage));
});
const event = (type: InstanceEvent["detail-type"], detail: Record<string, string>): InstanceEvent =>
  instanceEventSchema.parse({
    version: "0",
    id: "0a1b",
    account: "123456789012",
    region: "eu-central-1",
    resources: [],
    source: "aws.ec2",
    time: "2026-01-01T00:01:30Z",
    "detail-type": type,
    detail: { "instance-id": id, ...detail },
  });
const take = (taken: InstanceEvent) => world.clock.runUntil(onInstanceEvent(taken, world.ports, world.stage));
const entry = async () => (await readLedger(world.store, "2026-01-01")).instances[id] ?? null;

describe("an event of EC2", () => {
  test("an interruption warning cools the pool, is noted in the ledger and starts a tick", async () => {
    const warning = event("EC2 Spot Instance Interruption Warning", { "instance-action": "terminate" });
    expect(await take(warning)).toBe("noted");
    expect((await world.pools())?.cooling["g4dn.xlarge/zone-a"]).toMatchObject({ reason: "interruption" });
    expect(await entry()).toMatchObject({ end_reason: "interruption", ended_at: null });
    expect(world.launcher.count).toBe(1);
  });

  test("an interruption warning tells the machine when it ends, should it not hear so itself", async () => {
    await orderDrain(world.ports, id, { reason: "price", detail: "the zone is dear" });
    await take(event("EC2 Spot Instance Interruption Warning", { "instance-action": "terminate" }));
    expect(await readDrain(world.store, id)).toMatchObject({
      reason: "interruption",
      ends_at: "2026-01-01T00:03:30.000Z",
    });
  });

  test("a machine that is told to leave is no capacity for the tick that the event starts", async () => {
    await world.heartbeat(id);
    await take(event("EC2 Spot Instance Interruption Warning", { "instance-action": "terminate" }));
    world.demand(100);
    const record = await world.clock.runUntil(launchTick(world.ports, world.stage));
    expect(record.models[0]).toMatchObject({ have: 0, launched: 1 });
    expect((await world.alive()).length).toBe(2);
  });

  test("a machine that shuts down has the event's time as its end", async () => {
    world.fleet.shutDown(id);
    await take(event("EC2 Instance State-change Notification", { state: "shutting-down" }));
    expect((await entry())?.ended_at).toBe("2026-01-01T00:01:30Z");
    await world.clock.advance(60_000);
    await world.clock.runUntil(reapTick(world.ports, world.stage));
    expect((await entry())?.ended_at).toBe("2026-01-01T00:01:30Z");
    expect(world.launcher.count).toBe(1);
  });

  test("a rebalance recommendation is noted, and neither drains the machine nor starts a tick", async () => {
    expect(await take(event("EC2 Instance Rebalance Recommendation", {}))).toBe("noted");
    expect((await world.pools())?.cooling).toEqual({});
    expect(Object.keys((await world.pools())?.risky ?? {})).toEqual(["g4dn.xlarge/zone-a"]);
    expect(await readDrain(world.store, id)).toBeNull();
    expect(world.launcher.count).toBe(0);
  });

  test("a machine that starts to run is in the ledger at its intent's price before any tick of the reaper", async () => {
    const kept = await entry();
    await world.store.delete(fleetKeys.ledger("2026-01-01"));
    expect(await take(event("EC2 Instance State-change Notification", { state: "running" }))).toBe("noted");
    expect(await entry()).toMatchObject({
      zone: "zone-a",
      prices: [{ usd_per_hour: kept?.prices[0].usd_per_hour }],
      running_at: "2026-01-01T00:01:30Z",
      intent_id: kept?.intent_id,
      ended_at: null,
    });
    expect(world.launcher.count).toBe(0);
  });

  test("a machine that lives and dies before EC2's list shows it is billed to the second", async () => {
    world = new World({ listDelayMs: 600_000 });
    world.demand(100);
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    const [intent] = await world.intents();
    id = intent?.instances[0]?.instance_id ?? id;
    expect(await world.alive()).toEqual([]);
    await take(event("EC2 Instance State-change Notification", { state: "running" }));
    await world.clock.advance(90_000);
    await world.clock.runUntil(reapTick(world.ports, world.stage));
    expect(await entry()).toMatchObject({ running_at: "2026-01-01T00:01:30Z", ended_at: null });
    world.fleet.shutDown(id);
    const gone = { ...event("EC2 Instance State-change Notification", { state: "shutting-down" }) };
    await take({ ...gone, time: "2026-01-01T00:03:30Z" });
    for (let minute = 0; minute < 11; minute += 1) {
      await world.clock.advance(60_000);
      await world.clock.runUntil(reapTick(world.ports, world.stage));
    }
    const closed = await entry();
    expect(closed).toMatchObject({
      ended_at: "2026-01-01T00:03:30Z",
      closed_at: expect.any(String) as string,
    });
    // Two minutes at 0.16 USD an hour.
    expect(closed && billUsd(closed, world.clock.nowMs())).toBeCloseTo(0.16 / 30, 10);
  });

  test("a machine is found near midnight although the function's clock is minutes behind", async () => {
    world = new World({ listDelayMs: 600_000 });
    world.demand(100);
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    const [intent] = await world.intents();
    id = intent?.instances[0]?.instance_id ?? id;
    const { clock } = world;
    const behind = { nowMs: () => clock.nowMs() - 240_000, sleep: clock.sleep.bind(clock) };
    const gone = event("EC2 Instance State-change Notification", { state: "shutting-down" });
    const taken = onInstanceEvent(gone, { ...world.ports, clock: behind }, world.stage);
    expect(await clock.runUntil(taken)).toBe("noted");
    expect((await entry())?.ended_at).toBe("2026-01-01T00:01:30Z");
  });

  test("a machine is found although its launcher's clock was past midnight, and EC2's is not", async () => {
    const gone = event("EC2 Instance State-change Notification", { state: "shutting-down" });
    vi.spyOn(world.fleet, "find").mockResolvedValue(null);
    expect(await take({ ...gone, time: "2025-12-31T23:59:58Z" })).toBe("noted");
    expect((await entry())?.ended_at).toBe("2025-12-31T23:59:58Z");
  });

  test("a machine that the reaper saw gone before EC2 told of its end has ended when EC2 says", async () => {
    await take(event("EC2 Instance State-change Notification", { state: "running" }));
    await world.clock.advance(60_000);
    await world.clock.runUntil(reapTick(world.ports, world.stage));
    world.fleet.shutDown(id);
    await world.clock.advance(4_000);
    await world.clock.runUntil(reapTick(world.ports, world.stage));
    expect((await entry())?.ended_at).not.toBeNull();
    const gone = event("EC2 Instance State-change Notification", { state: "shutting-down" });
    await take({ ...gone, time: "2026-01-01T00:02:00Z" });
    expect(await entry()).toMatchObject({ ended_at: "2026-01-01T00:02:00Z" });
  });

  test("a list that still shows a machine running does not take back the end that EC2 told of", async () => {
    await take(event("EC2 Instance State-change Notification", { state: "running" }));
    await take({
      ...event("EC2 Instance State-change Notification", { state: "shutting-down" }),
      time: "2026-01-01T00:02:00Z",
    });
    await world.clock.runUntil(reapTick(world.ports, world.stage));
    await take({
      ...event("EC2 Instance State-change Notification", { state: "terminated" }),
      time: "2026-01-01T00:02:05Z",
    });
    expect(await entry()).toMatchObject({
      ended_at: "2026-01-01T00:02:00Z",
      terminated_at: "2026-01-01T00:02:05Z",
    });
  });

  test("EC2's time of an end wins over that of a look whose clock is behind, and its earliest stays", async () => {
    world.fleet.shutDown(id);
    await world.clock.advance(4_000);
    await world.clock.runUntil(reapTick(world.ports, world.stage));
    const seen = (await entry())?.ended_at ?? "";
    const told = new Date(Date.parse(seen) + 7_000).toISOString();
    const end = event("EC2 Instance State-change Notification", { state: "shutting-down" });
    await take({ ...end, time: told });
    expect(await entry()).toMatchObject({ ended_at: told });
    const terminated = event("EC2 Instance State-change Notification", { state: "terminated" });
    await take({ ...terminated, time: new Date(Date.parse(told) + 30_000).toISOString() });
    expect(await entry()).toMatchObject({ ended_at: told });
  });

  test("a machine that is only pending is of no interest", async () => {
    const pending = event("EC2 Instance State-change Notification", { state: "pending" });
    expect(await take(pending)).toBe("of_no_interest");
    expect(world.launcher.count).toBe(0);
  });

  test("a machine that may be of a launch without an answer is asked about again", async () => {
    world.demand(100_000);
    world.faults.beforeNext("launch", /./, () => {
      throw new FleetError("no answer");
    });
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    const warning = event("EC2 Spot Instance Interruption Warning", { "instance-id": "i-0fffffffffffffff0" });
    await expect(take(warning)).rejects.toThrow("without an answer yet");
    await world.clock.advance(60_000);
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    expect(await take(warning)).toBe("not_ours");
  });

  test("a machine whose launch is answered while its event is looked at is found", async () => {
    world.demand(100_000);
    const slow = world.fleet.launch.bind(world.fleet);
    vi.spyOn(world.fleet, "launch").mockImplementation(async (request) => {
      const outcome = await slow(request);
      await world.clock.sleep(12_000);
      return outcome;
    });
    vi.spyOn(world.fleet, "find").mockResolvedValue(null);
    const launch = launchTick(world.ports, world.stage);
    await world.clock.advance(1000);
    const [started] = (await world.alive()).filter((one) => one !== id);
    const warning = event("EC2 Spot Instance Interruption Warning", { "instance-id": started ?? "" });
    const taken = onInstanceEvent(warning, world.ports, world.stage);
    expect(await world.clock.runUntil(taken)).toBe("noted");
    await world.clock.runUntil(launch);
  });

  test("a machine that is not ours is dropped", async () => {
    const warning = event("EC2 Spot Instance Interruption Warning", { "instance-id": "i-0fffffffffffffff0" });
    expect(await take(warning)).toBe("not_ours");
    expect((await world.pools())?.cooling).toEqual({});
    expect(world.launcher.count).toBe(0);
  });
});
