/** The real submit, launcher and reconciler with items of which the queue refuses the message. */
import { beforeEach, describe, expect, test } from "vitest";
import { batchIdSchema, instanceIdSchema } from "../../shared/contract/ids.ts";
import { NoisyJobQueues, refusedPrompt } from "../../simulation/faults/noisy-queues.ts";
import { ReaperLooks } from "../../simulation/invariants/reaper-looks.ts";
import { WatchOfRefusals } from "../../simulation/invariants/watch-of-refusals.ts";
import { MemoryJobQueues } from "../../simulation/memory/memory-job-queues.ts";
import { VirtualClock } from "../../simulation/memory/virtual-clock.ts";
import { calmMarket } from "../../simulation/played/market.ts";
import type { Order } from "../../simulation/played/workload.ts";
import { models } from "../../simulation/scenario.ts";
import { trouble } from "../../simulation/soak/trouble.ts";
import { play } from "../../simulation/world.ts";
import { untroubled } from "./untroubled.ts";

const minuteMs = 60_000;
const order: Order = { atMs: 0, model: models.small, speed: "fast", clips: [10, 10, 10], refused: [0, 1, 2] };

const playWith = (orders: readonly Order[]) =>
  play(
    { ...untroubled(trouble(2)), orders, market: calmMarket(1, 600 * minuteMs), timeToEndMs: 240 * minuteMs },
    true,
  );

test.each(["at once", "by an upload"])(
  "a batch of which the queue refuses everything, sent %s, ends without a machine",
  async (way) => {
    const { report, violations } = await playWith([
      { ...order, ...(way === "by an upload" ? { isUpload: true } : {}) },
    ]);
    expect(violations).toEqual([]);
    expect(report).toMatchObject({ items: 3, items_succeeded: 0, machines: 0, cost_usd: 0 });
  },
);

test("the other items of such a batch are made", async () => {
  const { report, violations } = await playWith([{ ...order, refused: [1] }]);
  expect(violations).toEqual([]);
  expect(report).toMatchObject({ items: 3, items_succeeded: 2 });
});

describe("a machine for items that the queues refused", () => {
  const id = batchIdSchema.parse("batch_01KDVE5QTZGY889QRVF47HA9EB");
  const machine = { instanceId: instanceIdSchema.parse("i-00000000000000001"), model: models.small };
  const clock = new VirtualClock();
  const queues = new MemoryJobQueues({ clock, models: [models.small] });
  const noise = { seed: 1, late: 0, twice: 0, atMostLateMs: 0 };
  let noisy: NoisyJobQueues;
  let reaper: ReaperLooks;
  let committed: Set<string>;
  let violations: string[];
  let watch: WatchOfRefusals;
  beforeEach(async () => {
    noisy = new NoisyJobQueues(queues, [models.small], clock, noise);
    reaper = new ReaperLooks();
    committed = new Set();
    violations = [];
    watch = new WatchOfRefusals({
      queues,
      noisy,
      reaper,
      committedMs: (key) => (committed.has(key) ? 0 : null),
      violated: (invariant) => violations.push(invariant),
    });
    for (const minute of [1, 2, 3, 4, 5, 6]) reaper.done(minute * minuteMs);
    for (const index of [0, 1, 2]) await send(index);
  });
  const send = (index: number) =>
    noisy
      .of(models.small, "fast")
      .send([{ body: JSON.stringify({ batch_id: id, index, prompt: refusedPrompt }) }]);
  const launchedAfter = (minutes: number, orders: readonly Order[] = [order]): readonly string[] => {
    watch.look(
      [models.small],
      orders.map((one) => ({ order: one, batch: { id } })),
      0,
    );
    watch.launched(machine, minutes * minuteMs, 0);
    return violations;
  };

  test("is told of once the reconciler has had time to end them", () => {
    expect(launchedAfter(7)).toEqual([
      "i-00000000000000001 was bought for facebook/musicgen-small, whose queues refuse the messages of all open items",
    ]);
  });

  test("is right before that: the program that heard of the refusal may have died", () => {
    expect(launchedAfter(6)).toEqual([]);
  });

  test("is right while an item is open that the queue took", () => {
    expect(launchedAfter(7, [{ ...order, clips: [10, 10, 10, 10] }])).toEqual([]);
  });

  test("is right for a batch with a limit: nothing of it is sent while it is held", () => {
    expect(launchedAfter(7, [{ ...order, budget: { maxUsd: 0.01, liftedAfterMs: 0 } }])).toEqual([]);
  });

  test("is right when all of them have ended", () => {
    for (const index of [0, 1, 2])
      committed.add(`batches/${id}/results/${String(index).padStart(6, "0")}.json`);
    expect(launchedAfter(7)).toEqual([]);
  });
});
