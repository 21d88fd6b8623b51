import { expect, test } from "vitest";
import { progressLines, progressSummary } from "../../../../cli/output/progress-view.ts";
import type { BatchView, CapacityView } from "../../../../shared/contract/api/api.ts";
import { sampleBatch } from "../sample-batch.ts";
import { noMachine } from "../sample-capacity.ts";

const batch = sampleBatch;
const busy: CapacityView = {
  ...noMachine,
  instances: { ready: 1 },
  workers: [
    {
      instance_id: "i-00000001",
      zone: "eu-central-1a",
      model: "tiny-random",
      state: "busy",
      reason: null,
      items_running: 1,
      slots: 1,
      heartbeat_at: "2026-01-01T00:00:20.000Z",
      told_seconds_ago: 3,
      boot: null,
    },
  ],
};

test("the view has a line for each state, the fleet and what is waited for", () => {
  const lines = progressLines(batch({}), busy, 83);
  expect(lines[0]).toBe("batch_01J00000000000000000000000 · tiny-random · 1:23 · 50 %");
  expect(lines.slice(1).map((line) => line.trim().split(/\s+/)[0])).toEqual([
    "queued",
    "running",
    "succeeded",
    "fleet",
    "cost",
    "eta",
    "waiting",
  ]);
  expect(lines[4]).toContain("i-00000001 busy in eu-central-1a (1/1 slots, 3 s ago)");
});

test.each<[name: string, change: Partial<BatchView>, line: string]>([
  ["what it has cost", {}, "  cost       0.0012 USD so far"],
  [
    "what it may cost",
    { cost: { ...batch({}).cost, max_usd: "1.50" } },
    "  cost       0.0012 USD so far, of 1.50 at most",
  ],
  ["what it cost in the end", { cost: { ...batch({}).cost, final: true } }, "  cost       0.0012 USD"],
  ["how long it goes on at its pace so far", {}, "  eta        about 73 s more"],
  [
    "when it is due while nothing is made",
    { started_at: null, progress: 0 },
    "  eta        due in 4 min (2026-01-01T00:05:00.000Z)",
  ],
  [
    "that it is late",
    { started_at: null, progress: 0, deadline_at: "2026-01-01T00:01:00.000Z" },
    "  eta        was due 23 s ago (2026-01-01T00:01:00.000Z)",
  ],
])("the view says %s", (_name, change, line) => {
  expect(progressLines(batch(change), busy, 83)).toContain(line);
});

test("failed items get a line of their own once there are some", () => {
  const counts = { total: 8, queued: 0, running: 0, succeeded: 7, failed: 1, canceled: 0, expired: 0 };
  expect(progressLines(batch({ counts }), busy, 0).some((line) => line.includes("failed"))).toBe(true);
});

test.each<[name: string, change: Partial<BatchView>, capacity: CapacityView, expected: string]>([
  ["the engine while an item runs", {}, busy, "waiting for the engine (running: 1)"],
  [
    "the reason that the fleet gives",
    {
      waiting_reason: {
        reason: "price",
        detail: "every zone costs over 0.40 USD",
        at: "2026-01-01T00:00:00Z",
      },
    },
    noMachine,
    "every zone costs over 0.40 USD (price)",
  ],
  [
    "a boot when a machine was asked for",
    { counts: { total: 1, queued: 1, running: 0, succeeded: 0, failed: 0, canceled: 0, expired: 0 } },
    { ...noMachine, instances: { booting: 1 } },
    "a machine to boot",
  ],
  [
    "the launcher when nothing was asked for yet",
    { counts: { total: 1, queued: 1, running: 0, succeeded: 0, failed: 0, canceled: 0, expired: 0 } },
    noMachine,
    "the launcher (runs every minute)",
  ],
])("a batch waits for %s", (_name, change, capacity, expected) => {
  expect(progressSummary(batch(change), capacity)).toMatch(/waiting(?: for|:) /);
  expect(progressSummary(batch(change), capacity)).toContain(expected);
});

const queued = { total: 40, queued: 40, running: 0, succeeded: 0, failed: 0, canceled: 0, expired: 0 };
const workerWith = (change: Partial<CapacityView["workers"][number]>): CapacityView => ({
  ...busy,
  workers: busy.workers.map((worker) => ({ ...worker, slots: 32, ...change })),
});

test.each<[name: string, capacity: CapacityView, expected: string]>([
  [
    "a free slot only when all are at work",
    workerWith({ items_running: 32 }),
    "a free slot (all 32 are in use)",
  ],
  [
    "the engine when the machine tells of work that the progress does not show yet",
    workerWith({ items_running: 4 }),
    "the engine (running: 4, by the machines' heartbeats)",
  ],
  [
    "the machine when all its slots are free",
    workerWith({ items_running: 0 }),
    "a machine to take the next items (32 slots are free)",
  ],
  [
    "the launcher when the only machine has another model",
    workerWith({ model: "other" }),
    "a machine to boot",
  ],
])("queued items wait for %s", (_name, capacity, expected) => {
  expect(progressSummary(batch({ counts: queued }), capacity)).toContain(`waiting for ${expected}`);
});

test("a batch that nothing was launched for yet waits for the launcher", () => {
  expect(progressSummary(batch({ counts: queued }), noMachine)).toContain(
    "waiting for the launcher (runs every minute)",
  );
  expect(progressLines(batch({ counts: queued }), noMachine, 0).at(-1)).toBe(
    "  waiting    for the launcher (runs every minute)",
  );
});

test("the age of a machine's heartbeat is shown on screen, and left out of logs", () => {
  expect(progressLines(batch({}), busy, 0)).toContain(
    "  fleet      i-00000001 busy in eu-central-1a (1/1 slots, 3 s ago)",
  );
  expect(progressSummary(batch({}), busy)).toContain(
    "fleet: i-00000001 busy in eu-central-1a (1/1 slots) | ",
  );
});

test("a machine of EC2's longest id fits 80 columns", () => {
  const machine = workerWith({
    instance_id: "i-0123456789abcdef0",
    zone: "ap-southeast-2a",
    items_running: 32,
  });
  for (const line of progressLines(batch({}), machine, 0)) expect(line.length).toBeLessThanOrEqual(80);
});

test("of many machines a few are named and the others counted", () => {
  const [one] = busy.workers;
  const workers = Array.from({ length: 20 }, () => ({ ...(one ?? fail()), slots: 32, items_running: 30 }));
  const line =
    progressLines(batch({}), { ...busy, workers, other_workers: 5 }, 0).find((each) =>
      each.includes("fleet"),
    ) ?? "";
  expect(line).toContain("22 more (510/544 slots)");
  expect(line.length).toBeLessThan(2 * 120);
});

const fail = (): never => {
  throw new Error("expected a machine");
};
