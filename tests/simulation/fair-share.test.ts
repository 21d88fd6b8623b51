/** Who waits for whom: the real submit, queues and agents. Clips take ten seconds, and a machine makes eight at a time. */
import { describe, expect, test } from "vitest";
import { FairWorld } from "./fair-share.ts";

const ownSeconds = 10;
/** The first items of the large batch, and what a machine has taken ahead. */
const boundSeconds = 40;

describe("a batch of one item behind one of 50,000", () => {
  test.each([
    ["of its own owner", "ada"],
    ["of another owner", "bob"],
  ])("%s, submitted while the machines work, begins at once", async (_name, owner) => {
    const world = new FairWorld();
    const large = await world.submit({ owner: "ada", clips: 50_000 });
    world.startMachines(2);
    await world.pass(120);
    const small = await world.submit({ owner, clips: 1 });
    await world.pass(ownSeconds + boundSeconds);
    expect(await world.secondsOf(small)).toBeLessThanOrEqual(ownSeconds + boundSeconds);
    expect(await world.made(large)).toBeGreaterThan(150);
  });

  test("submitted before there is a machine, ends a boot and a little later", async () => {
    const world = new FairWorld();
    await world.submit({ owner: "ada", clips: 50_000 });
    const small = await world.submit({ owner: "ada", clips: 1 });
    const bootSeconds = 200;
    await world.pass(bootSeconds);
    world.startMachines(1);
    await world.pass(100);
    expect(await world.secondsOf(small)).toBeLessThanOrEqual(bootSeconds + ownSeconds + boundSeconds);
  });

  test("begins at once among people who wait, too", async () => {
    const world = new FairWorld();
    await world.submit({ owner: "ada", clips: 50_000, speed: "fast" });
    world.startMachines(2);
    await world.pass(120);
    const small = await world.submit({ owner: "bob", clips: 1, speed: "fast" });
    const patient = await world.submit({ owner: "bob", clips: 1, speed: "economy" });
    await world.pass(ownSeconds + boundSeconds);
    expect(await world.secondsOf(small)).toBeLessThanOrEqual(ownSeconds + boundSeconds);
    expect(await world.secondsOf(patient)).toBeLessThanOrEqual(ownSeconds + boundSeconds);
  });
});

test("a batch of 100 does not wait for its owner's own batch of 10,000", async () => {
  const world = new FairWorld();
  await world.submit({ owner: "ada", clips: 10_000 });
  world.startMachines(2);
  await world.pass(1200);
  const small = await world.submit({ owner: "ada", clips: 100 });
  await world.pass(400);
  expect(await world.secondsOf(small)).toBeLessThanOrEqual(250);
});

test("two owners share the machines equally, however many batches each has", async () => {
  const world = new FairWorld();
  const many = [];
  for (let batch = 0; batch < 5; batch += 1) many.push(await world.submit({ owner: "ada", clips: 1000 }));
  world.startMachines(2);
  await world.pass(300);
  const one = await world.submit({ owner: "bob", clips: 1000 });
  const madeBefore = await sum(many.map((batch) => world.made(batch)));
  await world.pass(900);
  const ada = (await sum(many.map((batch) => world.made(batch)))) - madeBefore;
  const bob = await world.made(one);
  expect(ada + bob).toBeGreaterThan(1000);
  expect(bob / (ada + bob)).toBeGreaterThan(0.45);
  expect(bob / (ada + bob)).toBeLessThan(0.55);
});

test("work of low priority is made while work of high priority never ends", async () => {
  const world = new FairWorld();
  const high = await world.submit({ owner: "ada", clips: 3000, priority: "high" });
  const low = await world.submit({ owner: "ada", clips: 1000, priority: "low" });
  world.startMachines(2);
  await world.pass(900);
  const [ofHigh, ofLow] = [await world.made(high), await world.made(low)];
  expect(ofHigh + ofLow).toBeGreaterThan(1000);
  expect(ofLow / (ofHigh + ofLow)).toBeGreaterThan(0.1);
  expect(ofLow / (ofHigh + ofLow)).toBeLessThan(0.3);
});

const sum = async (counts: readonly Promise<number>[]): Promise<number> =>
  (await Promise.all(counts)).reduce((a, b) => a + b, 0);
