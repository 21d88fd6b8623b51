/** A fleet without work whose ports count what they are asked. */
import { reapOrNote } from "../../../functions/fleet/reap-and-reconcile.ts";
import { openWork } from "../../../shared/batch/views/open-work.ts";
import { launchTick } from "../../../shared/fleet/launch/launch-tick.ts";
import type { Faults } from "../../../simulation/memory/faults.ts";
import { MemoryFleet } from "../../../simulation/memory/memory-fleet.ts";
import { MemoryJobQueues } from "../../../simulation/memory/memory-job-queues.ts";
import { MemoryStore } from "../../../simulation/memory/memory-store.ts";
import { VirtualClock } from "../../../simulation/memory/virtual-clock.ts";
import type { JobQueues } from "../../../shared/ports.ts";
import { World } from "./world.ts";

/** Ports that count: `pools` is two requests to EC2 (subnets and prices), everything else is one. */
export function countedWorld() {
  const asked: string[] = [];
  const faults: Faults = {
    before: (operation, key) => {
      asked.push(`${operation} ${key}`);
      if (operation === "pools") asked.push(`${operation} ${key}`);
    },
  };
  const world = new World();
  const { clock, random } = world;
  const store = new MemoryStore({ clock, faults });
  const zones = [{ zone: "zone-a", priceUsdPerHour: 0.16, capacity: 10 }];
  const fleet = new MemoryFleet({ clock, random, faults, zones });
  const ports = {
    ...world.ports,
    store,
    fleet,
    openWork: () => openWork({ store, clock, log: world.ports.log }),
  };
  return { asked, ports, world };
}

export function countedQueues(asked: string[]): JobQueues {
  const clock = new VirtualClock();
  const faults: Faults = { before: (operation) => void asked.push(operation) };
  return new MemoryJobQueues({ clock, models: ["small"], faults });
}

/** One run of the launcher and one of the reaper. @returns what they asked S3 and SQS for */
export async function minuteOf({ asked, ports, world }: ReturnType<typeof countedWorld>): Promise<{
  readonly reads: number;
  readonly lists: number;
  readonly writes: number;
  readonly queueRequests: number;
}> {
  asked.length = 0;
  await world.clock.runUntil(launchTick(ports, world.stage));
  await world.clock.runUntil(reapOrNote({}, { ...ports, jobQueues: countedQueues(asked) }, world.stage));
  const count = (kind: RegExp): number => asked.filter((request) => kind.test(request)).length;
  return {
    reads: count(/^get /),
    lists: count(/^list ./),
    writes: count(/^(put|create|replace|delete) /),
    queueRequests: count(/^(depth|send|receive|extend)$/),
  };
}
