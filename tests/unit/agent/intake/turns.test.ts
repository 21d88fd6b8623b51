import { expect, test } from "vitest";
import type { Tier } from "../../../../shared/contract/tiers.ts";
import { WorkerWorld } from "../worker-world.ts";

/** Four clips at a time, ten seconds each. */
const engine = { slots: 4, msPerAudioSecond: 1000 };

/** Items from this index on, in one tier, all of one group. */
async function fill(world: WorkerWorld, tier: Tier, from: number, count: number): Promise<void> {
  const messages = Array.from({ length: count }, (_, place) => world.message({ index: from + place }));
  await world.jobs[tier].send(messages.map((message) => ({ body: JSON.stringify(message), groupId: tier })));
}

const madeIn = async (world: WorkerWorld, from: number, count: number): Promise<number> =>
  (await world.results()).filter(({ index }) => index >= from && index < from + count).length;

test.each<[tier: Tier]>([["fast"], ["standard"]])(
  "an item of the tier %s begins at once, whatever waits in the bulk tier",
  async (tier) => {
    const world = new WorkerWorld({ engine });
    await fill(world, "bulk", 0, 1000);
    void world.worker().left;
    await world.clock.advance(60_000);
    const before = await madeIn(world, 0, 1000);
    await fill(world, tier, 5000, 1);
    await world.clock.advance(40_000);
    expect(await madeIn(world, 5000, 1)).toBe(1);
    // Two rounds of the engine at most were ahead of it: those that it made, and those taken ahead.
    expect((await madeIn(world, 0, 1000)) - before).toBeLessThanOrEqual(16);
  },
);

test("no tier starves: of all that is made, standard and bulk get an eighth each while fast is full", async () => {
  const world = new WorkerWorld({ engine });
  await fill(world, "fast", 0, 2000);
  await fill(world, "standard", 2000, 1000);
  await fill(world, "bulk", 3000, 1000);
  void world.worker().left;
  await world.clock.advance(1_200_000);
  const [fast, standard, bulk] = await Promise.all([
    madeIn(world, 0, 2000),
    madeIn(world, 2000, 1000),
    madeIn(world, 3000, 1000),
  ]);
  const all = fast + standard + bulk;
  expect(all).toBeGreaterThan(400);
  for (const share of [standard / all, bulk / all]) {
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.15);
  }
});
