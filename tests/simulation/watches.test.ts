/** What the invariants promise, and what they do not: each once cried out over what nobody could have done better. */
import { beforeEach, describe, expect, test } from "vitest";
import { instanceIdSchema } from "../../shared/contract/ids.ts";
import { fleetKeys } from "../../shared/contract/records/keys.ts";
import { nothingYet } from "../../shared/fleet/pools/pools-record.ts";
import { MemoryJobQueues } from "../../simulation/memory/memory-job-queues.ts";
import { MemoryStore } from "../../simulation/memory/memory-store.ts";
import { VirtualClock } from "../../simulation/memory/virtual-clock.ts";
import type { MachineRecord } from "../../simulation/played/machine-host.ts";
import { NoisyJobQueues } from "../../simulation/faults/noisy-queues.ts";
import { ReaperLooks } from "../../simulation/invariants/reaper-looks.ts";
import { models, stageSettings } from "../../simulation/scenario.ts";
import { trouble } from "../../simulation/soak/trouble.ts";
import { WatchOfAdvice } from "../../simulation/invariants/watch-of-advice.ts";
import { WatchOfLooks } from "../../simulation/invariants/watch-of-looks.ts";

const minuteMs = 60_000;

describe("the reaper's time to end a machine", () => {
  let reaper: ReaperLooks;
  beforeEach(() => {
    reaper = new ReaperLooks();
  });
  const lookAtMinutes = (...minutes: readonly number[]): void => {
    for (const minute of minutes) reaper.done(minute * minuteMs);
  };

  test("is over after six minutes in which it looked", () => {
    lookAtMinutes(1, 2, 3, 4, 5, 6);
    expect(reaper.hasHadTime(0, 6 * minuteMs, 0)).toBe(false);
    expect(reaper.hasHadTime(0, 6 * minuteMs + 1, 0)).toBe(true);
  });

  test("is not over while faults have ended all but three of its looks", () => {
    lookAtMinutes(1, 2, 8);
    expect(reaper.hasHadTime(0, 9 * minuteMs, 0)).toBe(false);
    lookAtMinutes(9);
    expect(reaper.hasHadTime(0, 9 * minuteMs, 0)).toBe(true);
  });

  test("does not count looks from before the machine was due", () => {
    lookAtMinutes(1, 2, 3, 4);
    expect(reaper.hasHadTime(2 * minuteMs, 20 * minuteMs, 0)).toBe(false);
  });

  test("is longer by an outage", () => {
    lookAtMinutes(1, 2, 3, 4, 5, 6);
    expect(reaper.hasHadTime(0, 8 * minuteMs, 3 * minuteMs)).toBe(false);
  });
});

/** It came up, received nothing and left. */
const unused = (number: number, launchedMs: number): MachineRecord => ({
  instance: {
    instanceId: instanceIdSchema.parse(`i-0000000000000000${number}`),
    state: "terminated",
    instanceType: "g4dn.xlarge",
    zone: "eu-central-1a",
    market: "spot",
    launchedMs,
    intentId: null,
    model: models.small,
    expiresMs: null,
    endedBy: "itself",
  },
  priceAt: () => 0.2,
  runningMs: launchedMs,
  readyMs: launchedMs + minuteMs,
  endedMs: launchedMs + 2 * minuteMs,
  terminatedMs: launchedMs + 2 * minuteMs,
  noticedMs: null,
  takenBack: false,
  receivedMs: [],
  leftFor: "idle",
});

describe("a third machine for empty queues", () => {
  const clock = new VirtualClock();
  let queues: MemoryJobQueues;
  let looks: WatchOfLooks;
  beforeEach(() => {
    queues = new MemoryJobQueues({ clock, models: [models.small] });
    const noise = { seed: 1, late: 0, twice: 0, atMostLateMs: 0 };
    looks = new WatchOfLooks(queues, new NoisyJobQueues(queues, [models.small], clock, noise));
  });
  const machines = [unused(1, 10 * minuteMs), unused(2, 20 * minuteMs), unused(3, 30 * minuteMs)];
  const launchAll = (): void => {
    looks.look([models.small], 0);
    for (const { instance } of machines) looks.launched(instance, instance.launchedMs, -Infinity);
  };

  test("is told of", () => {
    launchAll();
    expect(looks.judge(machines, () => true)).toEqual([
      "i-00000000000000003 was bought for facebook/musicgen-small, whose queues were empty, after i-00000000000000001, i-00000000000000002",
    ]);
  });

  test("is right when a machine before it could tell nobody that it received nothing", () => {
    launchAll();
    expect(looks.judge(machines, ({ instance }) => instance.launchedMs > 10 * minuteMs)).toEqual([]);
  });

  test("is right while EC2 is about to take one before it, which may find something until then", () => {
    launchAll();
    const noticedMs = 29 * minuteMs;
    const taken = machines.map((machine) =>
      machine === machines[1] ? { ...machine, noticedMs, endedMs: 31 * minuteMs } : machine,
    );
    expect(looks.judge(taken, () => true)).toEqual([]);
  });

  test("is right when the queues did not say how much they hold", () => {
    looks.look([models.small], 0);
    for (const { instance } of machines)
      looks.launched(instance, instance.launchedMs, instance.launchedMs - minuteMs);
    expect(looks.judge(machines, () => true)).toEqual([]);
  });

  test("is right when a message came just before it", async () => {
    looks.look([models.small], 0);
    await queues.of(models.small, "standard").send([{ body: "{}" }]);
    for (const { instance } of machines) looks.launched(instance, instance.launchedMs, -Infinity);
    expect(looks.judge(machines, () => true)).toEqual([]);
  });
});

describe("a model whose launches are paused", () => {
  const clock = new VirtualClock();
  const store = new MemoryStore({ clock });
  beforeEach(async () => {
    const failed = {
      until: "2026-01-01T00:30:00.000Z",
      detail: "",
      instance_id: "i-00000000000000001",
      console_tail: null,
    };
    const failed_starts = { [models.small]: failed };
    await store.put(fleetKeys.pools, JSON.stringify({ ...nothingYet, failed_starts }));
  });
  /** @param told whether the store took a heartbeat of it while it was ready */
  async function violations(record: MachineRecord, told: boolean): Promise<readonly string[]> {
    const found: string[] = [];
    const watch = new WatchOfAdvice(
      clock,
      stageSettings(),
      () => told,
      (violation) => found.push(violation),
    );
    await watch.checkPauses({ records: [record] }, store);
    return found;
  }

  test("had no reason for it when its machine told that it is ready", async () => {
    expect(await violations(unused(1, 0), true)).toEqual([
      "launches of facebook/musicgen-small are paused, and no start has failed",
    ]);
  });

  test("had a reason when the store took no heartbeat of its machine: nobody can know that it started", async () => {
    expect(await violations(unused(1, 0), false)).toEqual([]);
  });

  test("had no reason when EC2 took its machine", async () => {
    expect(await violations({ ...unused(1, 0), takenBack: true }, false)).toHaveLength(1);
  });
});

test("a run whose day's budget is small may take as many days as its work needs", () => {
  // 84 clips of 16 s by a slow model, of which a day's budget pays for nine.
  expect(trouble(755).timeToEndMs).toBe(41 * 24 * 60 * minuteMs);
});
