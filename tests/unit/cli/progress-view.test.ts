import { expect, test } from "vitest";
import { progressLines, progressSummary } from "../../../cli/progress-view.ts";
import { type BatchView, batchViewSchema, type CapacityView } from "../../../shared/contract/api.ts";
import { someEstimate } from "../fleet/ledger-entry.ts";

const batch = (change: Partial<BatchView>): BatchView => ({
  ...batchViewSchema.parse({
    id: "batch_01J00000000000000000000000",
    name: null,
    status: "running",
    outcome: null,
    model: "tiny-random",
    speed: "fast",
    counts: { total: 8, queued: 3, running: 1, succeeded: 4, failed: 0, canceled: 0, expired: 0 },
    progress: 0.5,
    audio_seconds: { total: 30, succeeded: 15 },
    waiting_reason: null,
    interruptions: 0,
    instances: 1,
    cost: {
      estimate: someEstimate,
      max_usd: null,
      accrued_usd: "0.0012",
      instance_seconds: 20,
      on_demand_usd: "0.003",
      saved_usd: "0.0018",
      receipt: null,
    },
    submitted_at: "2026-01-01T00:00:00.000Z",
    deadline_at: "2026-01-01T00:05:00.000Z",
    expires_at: null,
    started_at: "2026-01-01T00:00:10.000Z",
    ended_at: null,
    metadata: {},
  }),
  ...change,
});
const noMachine: CapacityView = {
  at: null,
  closed: false,
  instances: {},
  workers: [],
  queues: [],
  zones: [],
  quotas: [],
  breaker: null,
  decisions: [],
};
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
    "waiting",
  ]);
  expect(lines[4]).toContain("i-00000001 busy in eu-central-1a (1/1 slots)");
});

test("failed items get a line of their own once there are some", () => {
  const counts = { total: 8, queued: 0, running: 0, succeeded: 7, failed: 1, canceled: 0, expired: 0 };
  expect(progressLines(batch({ counts }), busy, 0).some((line) => line.includes("failed"))).toBe(true);
});

test.each<[name: string, change: Partial<BatchView>, capacity: CapacityView, expected: string]>([
  ["the engine while an item runs", {}, busy, "the engine, 1 at work"],
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
    "the launcher's next look",
  ],
])("a batch waits for %s", (_name, change, capacity, expected) => {
  expect(progressSummary(batch(change), capacity)).toContain(`waiting: ${expected}`);
});
