import { expect, test } from "vitest";
import { VirtualClock } from "../../../../simulation/memory/virtual-clock.ts";

test("sleepers wake in the order of their times, and see the time at which they wake", async () => {
  const clock = new VirtualClock(1000);
  const woken: [name: string, atMs: number][] = [];
  const sleep = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms);
    woken.push([name, clock.nowMs()]);
  };
  const all = Promise.all([
    sleep("late", 300),
    sleep("early", 100),
    sleep("too late", 301),
    sleep("also early", 100),
  ]);
  await clock.advance(300);
  expect(woken).toEqual([
    ["early", 1100],
    ["also early", 1100],
    ["late", 1300],
  ]);
  expect(clock.nowMs()).toBe(1300);
  await clock.advance(1);
  await all;
});

test("a loop of short sleeps goes round as often as the time that passes allows", async () => {
  const clock = new VirtualClock();
  let rounds = 0;
  const loop = async (): Promise<void> => {
    while (rounds < 1000) {
      await clock.sleep(250);
      rounds += 1;
    }
  };
  void loop();
  await clock.advance(10_000);
  expect(rounds).toBe(40);
});

test("a sleeper that is aborted rejects with the reason, and wakes no more", async () => {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const sleep = clock.sleep(100, stop.signal);
  stop.abort(new Error("enough"));
  await expect(sleep).rejects.toThrow("enough");
  await expect(clock.sleep(100, stop.signal)).rejects.toThrow("enough");
  await clock.advance(100);
});

test("time runs until the work is done, and no further", async () => {
  const clock = new VirtualClock(0);
  const work = async (): Promise<string> => {
    await clock.sleep(3_600_000);
    await clock.sleep(1);
    return "done";
  };
  void clock.sleep(7_200_000);
  expect(await clock.runUntil(work())).toBe("done");
  expect(clock.nowMs()).toBe(3_600_001);
});

test("work that fails, fails for whoever let time run for it", async () => {
  const clock = new VirtualClock();
  const work = async (): Promise<void> => {
    await clock.sleep(10);
    throw new RangeError("no");
  };
  await expect(clock.runUntil(work())).rejects.toThrow(RangeError);
});

test("work that waits for something that never comes fails with a message, instead of waiting", async () => {
  const clock = new VirtualClock();
  const never = new Promise<void>(() => undefined);
  await expect(clock.runUntil(never)).rejects.toThrow("nothing sleeps that could wake it");
});
