import { expect, test } from "vitest";
import { walk } from "../../../shared/flow/walk.ts";
import { VirtualClock } from "../../../simulation/memory/virtual-clock.ts";

const minuteMs = 60_000;
/** Which of so many are visited in each of three runs a minute apart, each visit taking a second. */
async function threeRuns(count: number, runMs: number, startMs: number): Promise<ReadonlySet<number>> {
  const clock = new VirtualClock(startMs);
  const visited = new Set<number>();
  const all = Array.from({ length: count }, (_, index) => index);
  for (let run = 0; run < 3; run += 1) {
    const beganMs = clock.nowMs();
    const work = walk(clock, all, beganMs + runMs, async (one) => {
      visited.add(one);
      await clock.sleep(1000);
    });
    await clock.runUntil(work);
    await clock.advance(beganMs + minuteMs - clock.nowMs());
  }
  return visited;
}

test("all are visited when there is time, and none is left", async () => {
  const clock = new VirtualClock();
  const visited: number[] = [];
  const left = await walk(clock, [1, 2, 3], clock.nowMs() + 1, (one) => {
    visited.push(one);
    return Promise.resolve();
  });
  expect(left).toBe(0);
  expect(visited.sort()).toEqual([1, 2, 3]);
});

test("nothing is begun after the time, and the number of the others is returned", async () => {
  const clock = new VirtualClock();
  let visits = 0;
  const all = Array.from({ length: 100 }, (_, index) => index);
  const work = walk(clock, all, clock.nowMs() + 1500, async () => {
    visits += 1;
    await clock.sleep(1000);
  });
  expect(await clock.runUntil(work)).toBe(36);
  expect(visits).toBe(64);
});

test.each(Array.from({ length: 20 }, (_, minute) => [minute]))(
  "runs that reach two fifths of 1,600 reach all within three minutes, whatever minute they begin in: %i",
  async (minute) => {
    const visited = await threeRuns(1600, 20_000, 1_767_225_600_000 + minute * minuteMs);
    expect(visited.size).toBe(1600);
  },
);
