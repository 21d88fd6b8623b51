import { expect, test } from "vitest";
import { AtMost } from "../../../shared/flow/at-most.ts";
import { VirtualClock } from "../../../simulation/memory/virtual-clock.ts";

test("of ten, three run at a time, in their order, and one that fails makes room for the next", async () => {
  const clock = new VirtualClock();
  const gate = new AtMost(3);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const all = Array.from({ length: 10 }, (_, index) =>
    gate.run(async () => {
      begun.push(index);
      running += 1;
      most = Math.max(most, running);
      await clock.sleep(1000);
      running -= 1;
      if (index === 1) throw new Error("one fails");
      return index;
    }),
  );
  const results = await clock.runUntil(Promise.allSettled(all));
  expect(results.map(({ status }) => status).filter((status) => status === "rejected")).toHaveLength(1);
  expect([most, begun]).toEqual([3, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
});
