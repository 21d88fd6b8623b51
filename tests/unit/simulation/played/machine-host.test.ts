import { expect, test } from "vitest";
import { intentIdOf } from "../../../../shared/contract/ids.ts";
import { Hazards } from "../../../../simulation/faults/hazards.ts";
import { MemoryFleet } from "../../../../simulation/memory/memory-fleet.ts";
import { MemoryJobQueues } from "../../../../simulation/memory/memory-job-queues.ts";
import { MemoryQueue } from "../../../../simulation/memory/memory-queue.ts";
import { MemoryStore } from "../../../../simulation/memory/memory-store.ts";
import { RecordingLog } from "../../../../simulation/memory/recording-log.ts";
import { SeededRandom } from "../../../../simulation/memory/seeded-random.ts";
import { VirtualClock } from "../../../../simulation/memory/virtual-clock.ts";
import { MachineHost, pendingMs } from "../../../../simulation/played/machine-host.ts";
import { testSettings } from "../../fleet/settings.ts";

/** Machines that never start an agent. */
async function machines(count: number) {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const zones = [{ zone: "zone-a", priceUsdPerHour: 0.16, capacity: count }];
  const fleet = new MemoryFleet({ clock, random, zones, pendingMs });
  const calm = { outages: [], calmFromMs: 0, maxLatencyMs: 0, maxSkewMs: 0, maxDelayMs: 0, leftOut: 0 };
  const host = new MachineHost({
    clock,
    fleet,
    store: new MemoryStore({ clock }),
    jobQueues: new MemoryJobQueues({ clock, models: ["small"] }),
    events: new MemoryQueue({ clock, name: "events" }),
    hazards: new Hazards(
      { seed: 1, rate: 0, kinds: [], ...calm },
      0,
      () => clock.nowMs(),
      () => undefined,
    ),
    settings: testSettings,
    log: () => new RecordingLog(),
    priceOf: () => 0.16,
    engineOf: (model) => ({ model, slots: 1, fullRate: 1, latencyClips: 1, loadMs: 0 }),
    bootMs: [60_000, 90_000],
    brokenShare: 1,
    deliver: () => undefined,
    onBug: (_process, error) => {
      throw error;
    },
  });
  const outcome = await fleet.launch({
    clientToken: "a",
    intentId: intentIdOf(random.ulid(0)),
    model: "small",
    count,
    market: "spot",
    tags: {},
    expiresAt: new Date(clock.nowMs() + 3_600_000).toISOString(),
    pools: [
      {
        instanceType: "g4dn.xlarge",
        zone: "zone-a",
        subnetId: "subnet-a",
        priceUsdPerHour: 0.16,
        bidUsdPerHour: null,
      },
    ],
  });
  expect(outcome.kind).toBe("answered");
  const statesAfterAll = async (act: (id: (typeof ids)[number]) => void) => {
    for (const id of ids) act(id);
    return (await fleet.list()).map(({ state }) => state);
  };
  const ids = host.records.map(({ instance }) => instance.instanceId);
  return { clock, host, statesAfterAll };
}

test("a machine that is pending has no agent yet, so it cannot shut itself down; one that runs may", async () => {
  const { clock, host, statesAfterAll } = await machines(20);
  const kill = (id: Parameters<typeof host.kill>[0]): void => {
    host.kill(id);
  };
  await clock.advance(pendingMs / 2);
  expect(new Set(await statesAfterAll(kill))).toEqual(new Set(["pending"]));
  await clock.advance(pendingMs);
  expect(new Set(await statesAfterAll(kill))).toEqual(new Set(["running", "shutting-down"]));
});
