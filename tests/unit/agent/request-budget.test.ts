import { expect, test } from "vitest";
import { WorkerWorld } from "./worker-world.ts";

/** What S3 and SQS bill as one request each. */
class Counter {
  writes = 0;
  reads = 0;
  queueRequests = 0;

  countStore = (operation: string): void => {
    if (["create", "replace", "put", "putFile", "list"].includes(operation)) this.writes += 1;
    if (["get", "getFile", "exists"].includes(operation)) this.reads += 1;
    // Deleting is free.
  };
  countQueue = (): void => {
    this.queueRequests += 1;
  };
}

test("200 clips at a T4's pace cost at most 3 writes, 1 read and 1 queue request each", async () => {
  const counter = new Counter();
  // 32 slots, ten seconds of audio in twelve: about 27 audio seconds a second.
  const world = new WorkerWorld({
    engine: { slots: 32, msPerAudioSecond: 1_200 },
    storeFaults: { before: counter.countStore },
    queueFaults: { before: counter.countQueue },
  });
  await world.send(200);
  counter.queueRequests = 0;
  const { left } = world.worker();
  await world.clock.runUntil(left);
  const { writes, reads, queueRequests } = counter;
  expect(Object.keys(await world.outcomes())).toHaveLength(200);
  expect(writes / 200).toBeLessThanOrEqual(3);
  expect(reads / 200).toBeLessThanOrEqual(1);
  expect(queueRequests / 200).toBeLessThanOrEqual(1);
  // Audio, result and a share of the heartbeat: more would be a regression.
  expect(writes / 200).toBeLessThanOrEqual(2.2);
});

/** How often leases are extended when two clips of this pace are made. */
async function extensionsOf(msPerAudioSecond: number): Promise<number> {
  let extensions = 0;
  const world = new WorkerWorld({
    engine: { msPerAudioSecond },
    settings: { idle_exit_seconds: 600 },
    queueFaults: {
      before: (operation) => {
        if (operation === "extend") extensions += 1;
      },
    },
  });
  await world.send(2);
  await world.clock.runUntil(world.worker().left);
  return extensions;
}

test("leases are extended together, once per third of their visibility timeout", async () => {
  const extensions = await extensionsOf(60_000); // ten minutes a clip
  expect(extensions).toBeLessThanOrEqual(15);
  expect(extensions).toBeGreaterThanOrEqual(10);
});

test("the lease of a short clip or a finished one is not extended", async () => {
  expect(await extensionsOf(1_000)).toBe(0);
});
