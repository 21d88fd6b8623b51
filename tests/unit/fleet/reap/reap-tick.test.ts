import { beforeEach, describe, expect, test } from "vitest";
import type { LedgerRecord } from "../../../../shared/contract/records/fleet-records.ts";
import { fleetKeys } from "../../../../shared/contract/records/keys.ts";
import type { InstanceId } from "../../../../shared/contract/ids.ts";
import { billUsd } from "../../../../shared/billing/bill.ts";
import { orderDrain } from "../../../../shared/fleet/machines/drain.ts";
import { onInstanceEvent } from "../../../../shared/fleet/reap/instance-events.ts";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { readLedger } from "../../../../shared/billing/ledger/ledger.ts";
import { reapTick } from "../../../../shared/fleet/reap/reap-tick.ts";
import { FleetError } from "../../../../shared/ports.ts";
import { World } from "../world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
const reap = () => world.clock.runUntil(reapTick(world.ports, world.stage));
const launch = async (audioSeconds = 100): Promise<InstanceId> => {
  world.demand(audioSeconds);
  await world.clock.runUntil(launchTick(world.ports, world.stage));
  const id = (await world.alive()).at(-1);
  if (id === undefined) throw new Error("nothing was launched");
  return id;
};
const minutes = (count: number) => world.clock.advance(count * 60_000);
const entries = async (): Promise<LedgerRecord["instances"]> =>
  (await readLedger(world.store, "2026-01-01")).instances;

describe("ending a machine", () => {
  test("takes two looks", async () => {
    const id = await launch();
    await minutes(11);
    const first = await reap();
    expect([...first.reasons]).toEqual([[id, "boot_deadline"]]);
    expect(await world.alive()).toEqual([id]);
    await minutes(1);
    const second = await reap();
    expect(second.terminated).toMatchObject([{ instanceId: id, kind: "terminating" }]);
    expect(await world.alive()).toEqual([]);
    expect((await entries())[id]).toMatchObject({ end_reason: "boot_deadline" });
  });

  test("is not done to one that came to life between the looks", async () => {
    const id = await launch();
    await minutes(11);
    await reap();
    await world.heartbeat(id);
    await minutes(1);
    await world.heartbeat(id);
    await reap();
    expect(await world.alive()).toEqual([id]);
  });

  test("goes on although another machine's heartbeat cannot be read, and that one lives while it beats", async () => {
    await launch(100_000);
    const [strange, overdue] = await world.alive();
    if (strange === undefined || overdue === undefined) throw new Error("expected two machines");
    await minutes(11);
    await world.store.put(fleetKeys.worker(strange), '{"v":2}');
    expect((await reap()).reasons.get(overdue)).toBe("boot_deadline");
    await minutes(1);
    await world.store.put(fleetKeys.worker(strange), '{"v":2,"beat":2}');
    expect((await reap()).terminated.map(({ instanceId }) => instanceId)).toContain(overdue);
    expect(await world.alive()).toEqual([strange]);

    await minutes(5);
    expect((await reap()).reasons.get(strange)).toBe("no_heartbeat");
  });

  test("is not kept from it by a drain order that cannot be read, and an error names the order", async () => {
    const id = await launch();
    await minutes(11);
    await world.store.put(fleetKeys.drain(id), '{"v":2}');
    expect([...(await reap()).reasons]).toEqual([[id, "boot_deadline"]]);
    expect(world.log.entries).toContainEqual({
      level: "error",
      message: "records of machines cannot be read: another version wrote them",
      fields: { unreadable: [fleetKeys.drain(id)] },
    });
  });

  test("that EC2 refused is tried again", async () => {
    const id = await launch();
    await minutes(11);
    await reap();
    await minutes(1);
    world.faults.beforeNext("terminate", /./, () => {
      throw new FleetError("no answer");
    });
    expect((await reap()).terminated).toMatchObject([{ kind: "failed" }]);
    expect((await entries())[id]).toMatchObject({ end_reason: null, ended_at: null });
    await minutes(1);
    await reap();
    expect(await world.alive()).toEqual([]);
  });

  test("never follows from a list that could not be read", async () => {
    await launch();
    await minutes(11);
    world.faults.beforeNext("list", /^$/, () => {
      throw new FleetError("no answer");
    });
    await expect(reap()).rejects.toThrow(FleetError);
    expect(await world.alive()).toHaveLength(1);
  });

  test("that was told to leave and does not takes two looks after its quarter of an hour", async () => {
    const id = await launch();
    await world.heartbeat(id);
    await orderDrain(world.ports, id, { reason: "price", detail: "the zone is dear" });
    await minutes(15);
    await world.heartbeat(id, { state: "busy", idle_since: null });
    expect([...(await reap()).reasons]).toEqual([]);
    await minutes(1);
    await world.heartbeat(id, { state: "busy", idle_since: null });
    expect([...(await reap()).reasons]).toEqual([[id, "drain_deadline"]]);
    await minutes(1);
    await world.heartbeat(id, { state: "busy", idle_since: null });
    await reap();
    expect(await world.alive()).toEqual([]);
    expect((await entries())[id]).toMatchObject({ end_reason: "drain_deadline" });
  });

  test("of what carries our tag and was never written down takes two looks as well", async () => {
    const id = await launch();
    for (const { id: intent } of await world.intents()) await world.store.delete(fleetKeys.intent(intent));
    await world.store.delete(fleetKeys.ledger("2026-01-01"));
    expect([...(await reap()).reasons]).toEqual([[id, "orphan"]]);
    await minutes(1);
    await reap();
    expect(await world.alive()).toEqual([]);
  });
});

test("a machine that EC2 took without a warning cools its pool, once", async () => {
  world.fleet.endUnasked(await launch(), "taken_back");
  await minutes(1);
  await reap();
  const cooling = { reason: "interruption", until: "2026-01-01T00:01:50.000Z" };
  expect((await world.pools())?.cooling).toMatchObject({ "g4dn.xlarge/zone-a": cooling });
  await minutes(1);
  await reap();
  expect((await world.pools())?.cooling).toMatchObject({ "g4dn.xlarge/zone-a": cooling });
});

describe("the ledger", () => {
  test("has a machine with its price from the first look, and its end from the look after it", async () => {
    const id = await launch();
    await minutes(1);
    await reap();
    expect((await entries())[id]).toEqual({
      instance_type: "g4dn.xlarge",
      zone: "zone-a",
      market: "spot",
      extras: { volume_gb: 60, volume_usd_per_gb_month: 0, address_usd_per_hour: 0 },
      prices: [{ since: "2026-01-01T00:00:00.000Z", usd_per_hour: 0.16 }],
      model: "small",
      intent_id: (await world.intents())[0]?.id,
      launched_at: "2026-01-01T00:00:00.000Z",
      running_at: "2026-01-01T00:00:00.000Z",
      booted_at: null,
      ready_at: null,
      seen_at: "2026-01-01T00:01:00.000Z",
      ended_at: null,
      terminated_at: null,
      end_is_told: false,
      end_reason: null,
      left_for: null,
      taken_back: null,
      ended_by: null,
      closed_at: null,
      audio_seconds_per_second: null,
      messages_received: null,
      received_at: null,
      idle_since: null,
      leaving_at: null,
      audio_seconds_made: null,
      failure: null,
      gpu_seconds_by_batch: {},
      idle_seconds: 0,
      interrupted_seconds: 0,
    });
    await minutes(3);
    await world.heartbeat(id, { gpu_seconds_by_batch: { batch_one: 30 } });
    await reap();
    await minutes(1);
    await world.heartbeat(id, {
      ready_at: "2026-01-01T00:04:00.000Z",
      state: "leaving",
      reason: "idle",
      gpu_seconds_by_batch: { batch_one: 45 },
    });
    world.fleet.shutDown(id);
    await minutes(1);
    await reap();
    expect((await entries())[id]).toMatchObject({
      ready_at: "2026-01-01T00:04:00.000Z",
      ended_at: "2026-01-01T00:06:00.000Z",
      end_reason: "idle",
      gpu_seconds_by_batch: { batch_one: 45 },
    });
  });

  test.each<[name: string, worked: number, idleSince: string | null]>([
    ["has made nothing since", 30, "2026-01-01T00:01:30.000Z"],
    ["has made clips since", 40, null],
  ])("keeps since when a machine was idle that leaves and %s", async (_name, worked, idleSince) => {
    const id = await launch();
    await minutes(2);
    const spent = (seconds: number) => ({ gpu_seconds_by_batch: { batch_one: seconds } });
    await world.heartbeat(id, { idle_since: "2026-01-01T00:01:30.000Z", ...spent(30) });
    await reap();
    await minutes(1);
    const leaving = { state: "draining", reason: "price", idle_since: null, ...spent(worked) } as const;
    await world.heartbeat(id, { ...leaving, audio_seconds_made: 200 });
    await reap();
    await minutes(1);
    await world.heartbeat(id, { ...leaving, audio_seconds_made: 220 });
    await reap();
    expect((await entries())[id]).toMatchObject({
      idle_since: idleSince,
      leaving_at: "2026-01-01T00:03:00.000Z",
      audio_seconds_made: 220,
    });
  });

  test("holds the heartbeat of a machine that has gone, so the record is swept, and what it was told with it", async () => {
    const id = await launch();
    await world.heartbeat(id);
    await orderDrain(world.ports, id, { reason: "price", detail: "the zone is dear" });
    await reap();
    world.fleet.shutDown(id);
    await minutes(1);
    await reap();
    expect(await world.store.exists(fleetKeys.worker(id))).toBe(false);
    expect(await world.store.exists(fleetKeys.drain(id))).toBe(false);
  });

  test("has a machine from its launch's answer on, though EC2's list does not show it", async () => {
    world = new World({ listDelayMs: 150_000 });
    world.demand(100);
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    const launched = await entries();
    expect(Object.values(launched)).toMatchObject([
      { zone: "zone-a", prices: [{ usd_per_hour: 0.16 }], running_at: null, seen_at: null, ended_at: null },
    ]);
    await minutes(2);
    await reap();
    expect(await entries()).toEqual(launched);
  });

  test("ends a machine that EC2's list never shows, and bills nothing for it", async () => {
    world = new World({ listDelayMs: 3_600_000 });
    world.demand(100);
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    await minutes(11);
    await reap();
    const [entry] = Object.values(await entries());
    expect(entry).toMatchObject({ ended_at: entry?.launched_at });
    expect(entry && billUsd(entry, world.clock.nowMs())).toBe(0);
  });

  test("learns from the launcher's looks of prices that change while a machine runs, and since when they are in force", async () => {
    const id = await launch();
    await minutes(1);
    await reap();
    world.fleet.setPrice("zone-a", 0.25);
    await minutes(1);
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    await reap();
    await minutes(1);
    await reap();
    expect((await entries())[id]?.prices).toEqual([
      { since: "2026-01-01T00:00:00.000Z", usd_per_hour: 0.16 },
      { since: "2026-01-01T00:01:00.000Z", usd_per_hour: 0.25 },
    ]);
  });

  test("has the price that was in force at the launch, though EC2 told of it only afterwards", async () => {
    await minutes(1);
    world.faults.beforeNext("launch", /./, () => {
      world.fleet.setPrice("zone-a", 0.25);
    });
    const id = await launch();
    expect((await entries())[id]?.prices).toMatchObject([{ usd_per_hour: 0.16 }]);
    await minutes(1);
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    await reap();
    const entry = (await entries())[id];
    expect(entry && billUsd(entry, Date.parse(entry.launched_at) + 3_600_000)).toBeCloseTo(0.25, 6);
  });

  test("knows from EC2 who ended a machine, whatever was announced", async () => {
    const id = await launch();
    const taken = await launch(20_000);
    await minutes(1);
    await reap();
    world.fleet.interrupt(id);
    world.fleet.interrupt(taken);
    await minutes(1);
    world.fleet.shutDown(id);
    await minutes(2);
    await reap();
    expect((await entries())[id]).toMatchObject({ taken_back: false });
    expect((await entries())[taken]).toMatchObject({ taken_back: true });
  });

  /** `terminated` tells that the machine has ended, and not who ended it. */
  const told = (id: InstanceId, state: "running" | "terminated"): Promise<unknown> =>
    onInstanceEvent(
      {
        source: "aws.ec2",
        time: new Date(world.clock.nowMs()).toISOString(),
        "detail-type": "EC2 Instance State-change Notification",
        detail: { "instance-id": id, state },
      },
      world.ports,
      world.stage,
    );
  const terminated = (id: InstanceId): Promise<unknown> => told(id, "terminated");
  const reapEachMinute = async (count: number): Promise<void> => {
    for (let minute = 0; minute < count; minute += 1) {
      await minutes(1);
      await reap();
    }
  };

  test("keeps an account open until EC2 has said who ended the machine: what it took is free", async () => {
    const id = await launch();
    await reapEachMinute(1);
    world.fleet.endUnasked(id, "taken_back");
    await terminated(id);
    world.fleet.leaveOut(id, 3);
    await reapEachMinute(3);
    expect((await entries())[id]).toMatchObject({ taken_back: null, closed_at: null });
    await reapEachMinute(1);
    expect((await entries())[id]).toMatchObject({ taken_back: true, closed_at: "2026-01-01T00:05:00.000Z" });
  });

  test("closes an account after ten minutes although EC2 has never said who ended the machine", async () => {
    const id = await launch();
    await reapEachMinute(1);
    world.fleet.endUnasked(id, "taken_back");
    await terminated(id);
    world.fleet.leaveOut(id, 100);
    await reapEachMinute(9);
    expect((await entries())[id]).toMatchObject({ closed_at: null });
    await reapEachMinute(1);
    expect((await entries())[id]).toMatchObject({ taken_back: null, closed_at: "2026-01-01T00:11:00.000Z" });
  });

  test("keeps a machine that no tick has seen yet although the list leaves it out once", async () => {
    const id = await launch();
    await minutes(7);
    world.fleet.leaveOut(id, 3);
    await reap();
    expect((await entries())[id]).toMatchObject({ ended_at: null });
  });

  /** It begins to run while its zone is dear, which no tick of the launcher sees. It runs for two minutes. */
  const runAtPriceThatNobodySaw = async (): Promise<InstanceId> => {
    const id = await launch();
    await world.clock.advance(10_000);
    world.fleet.setPrice("zone-a", 0.36);
    await world.clock.advance(10_000);
    await told(id, "running");
    await minutes(1);
    world.fleet.setPrice("zone-a", 0.17);
    await minutes(1);
    world.fleet.shutDown(id);
    return id;
  };

  test("closes an account with the prices that EC2 tells of the machine's life, also those that no tick has seen", async () => {
    const id = await runAtPriceThatNobodySaw();
    await reapEachMinute(4);
    const closed = (await entries())[id];
    expect(closed).toMatchObject({
      closed_at: expect.any(String) as string,
      prices: [
        { since: "2026-01-01T00:00:00.000Z", usd_per_hour: 0.16 },
        { since: "2026-01-01T00:00:10.000Z", usd_per_hour: 0.36 },
        { since: "2026-01-01T00:01:20.000Z", usd_per_hour: 0.17 },
      ],
    });
  });

  test("asks EC2 for prices only when an account is closed", async () => {
    const asked: string[] = [];
    world = new World({ faults: { before: (operation) => void asked.push(operation) } });
    const id = await runAtPriceThatNobodySaw();
    await reapEachMinute(2);
    expect((await entries())[id]).toMatchObject({ closed_at: null });
    expect(asked).not.toContain("history");
    await reapEachMinute(3);
    expect(asked.filter((operation) => operation === "history")).toHaveLength(1);
  });

  test("keeps an account open while EC2 tells no prices, for ten minutes at most", async () => {
    const id = await runAtPriceThatNobodySaw();
    for (let time = 0; time < 20; time += 1)
      world.faults.beforeNext("history", /^$/, () => {
        throw new FleetError("no answer");
      });
    await reapEachMinute(10);
    expect((await entries())[id]).toMatchObject({ closed_at: null });
    expect(world.log.entries).toContainEqual(
      expect.objectContaining({
        level: "warn",
        message: "could not read the prices of machines that have ended; their accounts stay open for now",
      }),
    );
    await reapEachMinute(3);
    expect((await entries())[id]).toMatchObject({
      closed_at: expect.any(String) as string,
      prices: [{ usd_per_hour: 0.16 }],
    });
  });

  test("closes an account two minutes after the end, leaves a reminder for the batches that it served, and then leaves it alone", async () => {
    const id = await launch();
    const batch = "batch_01HZZZZZZZZZZZZZZZZZZZZZZ1";
    await world.heartbeat(id, { gpu_seconds_by_batch: { [batch]: 30 } });
    await minutes(1);
    await reap();
    world.fleet.shutDown(id);
    await minutes(1);
    await reap();
    expect((await entries())[id]).toMatchObject({ closed_at: null });
    await minutes(2);
    await reap();
    const closed = (await entries())[id];
    expect(closed).toMatchObject({
      closed_at: "2026-01-01T00:04:00.000Z",
      ended_at: "2026-01-01T00:02:00.000Z",
    });
    expect(await world.store.exists(`active/receipt-due/${batch}/${id}`)).toBe(true);
    await world.heartbeat(id, { gpu_seconds_by_batch: { [batch]: 90 } });
    await minutes(1);
    await reap();
    expect((await entries())[id]).toEqual(closed);
  });

  test("leaves the reminders of many batches 32 at a time, so that one tick has time for all of them", async () => {
    let open = 0;
    let most = 0;
    const slow = {
      before: async (operation: string, key: string): Promise<void> => {
        if (operation !== "create" || !key.startsWith("active/receipt-due/")) return;
        open += 1;
        most = Math.max(most, open);
        await world.clock.sleep(100);
        open -= 1;
      },
    };
    world = new World({ faults: slow });
    const id = await launch();
    const batches = Array.from({ length: 320 }, (_, n) => `batch_01HZZZZZZZZZZZZZZZZZZZZ${100 + n}`);
    await world.heartbeat(id, { gpu_seconds_by_batch: Object.fromEntries(batches.map((one) => [one, 1])) });
    await reapEachMinute(1);
    world.fleet.shutDown(id);
    await reapEachMinute(1);
    await minutes(2);
    const beganMs = world.clock.nowMs();
    await reap();
    expect(world.clock.nowMs() - beganMs).toBe(1000);
    expect(most).toBe(32);
    expect((await world.store.list("active/receipt-due/")).objects).toHaveLength(320);
    expect((await entries())[id]).toMatchObject({ closed_at: expect.any(String) as string });
  });

  test("has no end for a machine that EC2's list leaves out while its heartbeat changes, for however long", async () => {
    const id = await launch();
    world.fleet.leaveOut(id, 1000);
    for (let minute = 1; minute <= 30; minute += 1) {
      await minutes(1);
      await world.heartbeat(id);
      expect((await reap()).alive.map(({ instanceId }) => instanceId)).toEqual([id]);
    }
    expect((await entries())[id]).toMatchObject({ ended_at: null, seen_at: "2026-01-01T00:30:00.000Z" });
  });

  test("has no end for a machine that boots, and that the list leaves out for some minutes", async () => {
    const id = await launch();
    await minutes(1);
    await reap();
    world.fleet.leaveOut(id, 5);
    for (let minute = 0; minute < 5; minute += 1) {
      await minutes(1);
      await reap();
    }
    expect((await entries())[id]).toMatchObject({ ended_at: null });
    expect((await world.pools())?.breaker ?? null).toBeNull();
  });

  test("ends a machine that has been missing for ten minutes without a heartbeat, and sweeps what it said", async () => {
    const id = await launch();
    await minutes(1);
    await world.heartbeat(id);
    await reap();
    world.fleet.leaveOut(id, 1000);
    for (let minute = 0; minute < 13; minute += 1) {
      await minutes(1);
      await reap();
    }
    expect((await entries())[id]).toMatchObject({ ended_at: "2026-01-01T00:02:00.000Z" });
    expect(await world.store.exists(fleetKeys.worker(id))).toBe(false);
  });

  test("holds what a machine said last though the list leaves it out when it has ended", async () => {
    const id = await launch();
    const batch = "batch_01HZZZZZZZZZZZZZZZZZZZZZZ1";
    await world.heartbeat(id, { gpu_seconds_by_batch: { [batch]: 30 } });
    await minutes(1);
    await reap();
    await world.heartbeat(id, { state: "leaving", gpu_seconds_by_batch: { [batch]: 45 } });
    world.fleet.shutDown(id);
    await onInstanceEvent(
      {
        source: "aws.ec2",
        time: "2026-01-01T00:01:00Z",
        "detail-type": "EC2 Instance State-change Notification",
        detail: { "instance-id": id, state: "terminated" },
      },
      world.ports,
      world.stage,
    );
    world.fleet.leaveOut(id, 100);
    for (let minute = 0; minute < 11; minute += 1) {
      await minutes(1);
      await reap();
    }
    expect((await entries())[id]).toMatchObject({ gpu_seconds_by_batch: { [batch]: 45 } });
    expect((await entries())[id]?.closed_at).not.toBeNull();
    expect(await world.store.exists(fleetKeys.worker(id))).toBe(false);
  });

  test("closes a machine that EC2 has forgotten at the time it was last seen", async () => {
    const id = await launch();
    await minutes(1);
    await reap();
    world.fleet.shutDown(id);
    await minutes(120);
    await reap();
    expect((await entries())[id]?.ended_at).toBe("2026-01-01T00:01:00.000Z");
  });

  test("is not written again while nothing runs", async () => {
    const id = await launch();
    world.fleet.shutDown(id);
    await reap();
    await minutes(3);
    await reap();
    const before = await world.store.get(fleetKeys.ledger("2026-01-01"));
    await minutes(5);
    await reap();
    expect((await world.store.get(fleetKeys.ledger("2026-01-01")))?.etag).toBe(before?.etag);
  });

  test("of yesterday goes on for a machine that runs past midnight", async () => {
    await minutes(23 * 60 + 50);
    const id = await launch();
    await reap();
    await minutes(20);
    await world.heartbeat(id);
    await reap();
    expect((await entries())[id]).toMatchObject({ seen_at: "2026-01-02T00:10:00.000Z" });
    expect((await readLedger(world.store, "2026-01-02")).instances).toEqual({});
  });
});
