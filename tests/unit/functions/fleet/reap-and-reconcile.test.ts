import { beforeEach, describe, expect, test } from "vitest";
import { reapOrNote } from "../../../../functions/fleet/reap-and-reconcile.ts";
import { batchIdOf } from "../../../../shared/contract/ids.ts";
import { fleetKeys, indexKeys } from "../../../../shared/contract/records/keys.ts";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { FleetError, QueueError, StoreError } from "../../../../shared/ports.ts";
import { StoreClock } from "../../../../shared/system/store-clock.ts";
import { World } from "../../fleet/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
const invoke = (event: unknown) => world.clock.runUntil(reapOrNote(event, world.ports, world.stage));
/** As the schedule sends it. */
const scheduled = { version: "0", source: "aws.events", "detail-type": "Scheduled Event", detail: {} };
/** The reminder of a submit that died an hour ago: the reconciler removes it. */
const abandoned = indexKeys.active(batchIdOf("01HZZZZZZZZZZZZZZZZZZZZZZ1"));

describe("an invocation", () => {
  test("by the schedule ends machines and reconciles", async () => {
    await world.store.put(abandoned, "{}");
    world.demand(100);
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    await world.clock.advance(3_600_000);
    await invoke(scheduled);
    await world.clock.advance(60_000);
    await invoke(scheduled);
    expect(await world.alive()).toEqual([]);
    expect(await world.store.exists(abandoned)).toBe(false);
  });

  test("by an event of EC2 takes the event and reaps nothing", async () => {
    world.demand(100);
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    const [id] = await world.alive();
    await invoke({
      source: "aws.ec2",
      time: "2026-01-01T00:00:30Z",
      "detail-type": "EC2 Spot Instance Interruption Warning",
      detail: { "instance-id": id, "instance-action": "terminate" },
    });
    expect(Object.keys((await world.pools())?.cooling ?? {})).toEqual(["g4dn.xlarge/zone-a"]);
    expect(await world.store.exists(fleetKeys.measures)).toBe(false);
  });

  test("fails when EC2 cannot be asked, so that the failure is seen", async () => {
    world.faults.beforeNext("list", /^$/, () => {
      throw new FleetError("no answer");
    });
    await expect(invoke(scheduled)).rejects.toThrow(FleetError);
  });

  test("has its whole time although the function's clock was minutes behind until the store answered", async () => {
    await world.store.put(abandoned, "{}");
    await world.clock.advance(3_600_000);
    const behind = { nowMs: () => world.clock.nowMs() - 240_000, sleep: world.clock.sleep.bind(world.clock) };
    const clock = new StoreClock(behind);
    world.faults.beforeNext("get", /latch/, () => {
      clock.heard(world.clock.nowMs(), clock.ownNowMs());
    });
    await world.clock.runUntil(reapOrNote(scheduled, { ...world.ports, clock }, world.stage));
    expect(await world.store.exists(abandoned)).toBe(false);
  });

  test.each<[seconds: number, isSwept: boolean]>([
    [39, true],
    [41, false],
  ])("that is %d s old begins with a batch: %s", async (seconds, isSwept) => {
    await world.store.put(abandoned, "{}");
    await world.clock.advance(3_600_000);
    world.faults.beforeNext("list", /^$/, () => world.clock.sleep(seconds * 1000));
    await invoke(scheduled);
    expect(await world.store.exists(abandoned)).toBe(!isSwept);
  });

  test("looks at dead letters although a batch cannot be reconciled", async () => {
    await world.store.put(abandoned, "{}");
    await world.jobQueues.deadLetters.send([{ body: "not ours" }]);
    world.faults.beforeNext("get", /batch.json$/, () => {
      throw new StoreError("no answer", "key", { cause: null });
    });
    await expect(invoke(scheduled)).rejects.toThrow("batches could not be reconciled: 1");
    expect(world.jobQueues.deadLetters.contents()).toEqual([]);
  });

  test("reconciles although a queue does not tell its depth", async () => {
    await world.store.put(abandoned, "{}");
    await world.clock.advance(3_600_000);
    const jobQueues = {
      deadLetters: world.jobQueues.deadLetters,
      of: () => {
        throw new QueueError("no answer");
      },
    };
    await world.clock.runUntil(reapOrNote(scheduled, { ...world.ports, jobQueues }, world.stage));
    expect(await world.store.exists(abandoned)).toBe(false);
  });
});
