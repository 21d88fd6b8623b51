import { expect, test } from "vitest";
import { VirtualClock } from "../../../simulation/memory/virtual-clock.ts";
import type { Clock } from "../../../shared/ports.ts";
import { StoreClock } from "../../../shared/system/store-clock.ts";

const minute = 60_000;
/** The time, and a machine's clock that is off by so much. */
function machine(offMs: number) {
  const truth = new VirtualClock();
  const own: Clock = { nowMs: () => truth.nowMs() + offMs, sleep: (ms, signal) => truth.sleep(ms, signal) };
  const clock = new StoreClock(own);
  /** The store is asked, and answers with a time that is a whole second. */
  const ask = async (thereMs = 0, backMs = 0): Promise<void> => {
    const askedAt = clock.ownNowMs();
    await truth.advance(thereMs);
    const storeMs = Math.floor(truth.nowMs() / 1000) * 1000;
    await truth.advance(backMs);
    clock.heard(storeMs, askedAt);
  };
  return { truth, clock, ask, errorMs: () => clock.nowMs() - truth.nowMs() };
}

test.each([-3 * minute, 3 * minute, 5_000])(
  "a clock that is %i ms off is set by an answer",
  async (offMs) => {
    const { ask, errorMs } = machine(offMs);
    expect(errorMs()).toBe(offMs);
    await ask(20, 30);
    expect(Math.abs(errorMs())).toBeLessThanOrEqual(1_000);
  },
);

test.each([0, -1_500, 1_500])(
  "a clock that is %i ms off is left as it is, so that time does not jump",
  async (offMs) => {
    const { ask, errorMs } = machine(offMs);
    await ask(20, 30);
    expect(errorMs()).toBe(offMs);
  },
);

test("a slow answer corrects the clock less exactly, and makes nothing worse", async () => {
  const { ask, errorMs } = machine(3 * minute);
  await ask(20, 30);
  const afterQuick = errorMs();
  await ask(40_000, 20_000);
  expect(errorMs()).toBe(afterQuick);
});

test("a clock that is set forward or back later on is set again by the next answer", () => {
  let offMs = 0;
  const truth = new VirtualClock();
  const own: Clock = { nowMs: () => truth.nowMs() + offMs, sleep: (ms) => truth.sleep(ms) };
  const clock = new StoreClock(own);
  offMs = -10 * minute;
  clock.heard(truth.nowMs(), clock.ownNowMs());
  expect(clock.nowMs()).toBe(truth.nowMs());
});
