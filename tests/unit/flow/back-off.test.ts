import { expect, test } from "vitest";
import { backOff } from "../../../shared/flow/back-off.ts";
import { SeededRandom } from "../../../simulation/memory/seeded-random.ts";
import { VirtualClock } from "../../../simulation/memory/virtual-clock.ts";

/** @param draw what chance says, 0 to 1 */
async function waited(failures: number, draw: number): Promise<number> {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  random.next = () => draw;
  const beganMs = clock.nowMs();
  await clock.runUntil(backOff({ clock, random }, failures, 100));
  return clock.nowMs() - beganMs;
}

test.each<[failures: number, draw: number, ms: number]>([
  [1, 0.5, 100],
  [2, 0.5, 200],
  [4, 0.5, 800],
  [7, 0.5, 6400],
  [50, 0.5, 6400],
  [1, 0, 50],
  [2, 0.999, 300],
])("after %i failures and a draw of %f the wait is %i ms", async (failures, draw, ms) => {
  expect(await waited(failures, draw)).toBe(ms);
});

test("a wait that was asked for in an answer is kept", async () => {
  const clock = new VirtualClock();
  const beganMs = clock.nowMs();
  const ports = { clock, random: new SeededRandom(1) };
  await clock.runUntil(backOff(ports, 1, 100, { leastMs: 60_000 }));
  expect(clock.nowMs() - beganMs).toBe(60_000);
});

test("a wait that is called off ends at once", async () => {
  const stop = new AbortController();
  const ports = { clock: new VirtualClock(), random: new SeededRandom(1) };
  const wait = backOff(ports, 1, 100, { signal: stop.signal });
  stop.abort(new Error("leaving"));
  await expect(wait).rejects.toThrow("leaving");
});
