/** What the invariants promise, and what they do not: each once cried out over what nobody could have done better. */
import { beforeEach, describe, expect, test } from "vitest";
import { instanceIdSchema } from "../../shared/contract/ids.ts";
import { MemoryJobQueues } from "../../simulation/memory/memory-job-queues.ts";
import { VirtualClock } from "../../simulation/memory/virtual-clock.ts";
import type { MachineRecord } from "../../simulation/played/machine-host.ts";
import { NoisyJobQueues } from "../../simulation/faults/noisy-queues.ts";
import { ReaperLooks } from "../../simulation/invariants/reaper-looks.ts";
import { models } from "../../simulation/scenario.ts";
import { trouble } from "../../simulation/soak/trouble.ts";
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

describe("a third machine for empty queues", () => {
  const clock = new VirtualClock();
  let queues: MemoryJobQueues;
  let looks: WatchOfLooks;
  beforeEach(() => {
    queues = new MemoryJobQueues({ clock, models: [models.small] });
    const noise = { seed: 1, late: 0, twice: 0, atMostLateMs: 0 };
    looks = new WatchOfLooks(queues, new NoisyJobQueues(queues, [models.small], clock, noise));
  });
  /** It came up, received nothing and left. */
  const unused = (number: number, launchedMs: number): MachineRecord => ({
    instance: {
      instanceId: instanceIdSchema.parse(`i-0000000000000000${number}`),
      state: "terminated",
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

test("a run whose day's budget is small may take as many days as its work needs", () => {
  // 84 clips of 16 s by a slow model, of which a day's budget pays for nine.
  expect(trouble(755).timeToEndMs).toBe(41 * 24 * 60 * minuteMs);
});
