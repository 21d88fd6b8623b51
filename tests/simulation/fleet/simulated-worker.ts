import type { WorkerRecord, WorkerState } from "../../../shared/contract/records/fleet-records.ts";
import { fleetKeys } from "../../../shared/contract/records/keys.ts";
import type { InstanceId } from "../../../shared/contract/ids.ts";
import { readDrain } from "../../../shared/fleet/machines/drain.ts";
import type { MemoryFleet } from "../../../simulation/memory/memory-fleet.ts";
import type { Clock, FleetInstance, ObjectStore, Random } from "../../../shared/ports.ts";
import type { Odds } from "./chaos.ts";

const heartbeatMs = 15_000;
const audioSecondsPerSecond = 10;
const idleExitMs = 20_000;

/** What a machine has to do with. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly fleet: MemoryFleet;
  readonly store: ObjectStore;
  odds(): Odds;
  exists(id: InstanceId): boolean;
  takeWork(audioSeconds: number): number;
}

/** A machine's life as the fleet sees it: boot, heartbeats, work, idle exit; and the ways in which it breaks. */
export async function liveWorker(instance: FleetInstance, simulation: Surroundings): Promise<void> {
  const { clock, random, fleet, store } = simulation;
  const neverBoots = random.next() < simulation.odds().error;
  await clock.sleep(60_000 + random.next() * 80_000);
  const readyAt = new Date(clock.nowMs()).toISOString();
  let idleSinceMs = clock.nowMs();
  let made = 0;
  const beat = (state: WorkerState, reason: WorkerRecord["reason"]): Promise<void> => {
    const now = new Date(clock.nowMs()).toISOString();
    const record: WorkerRecord = {
      v: 1,
      instance_id: instance.instanceId,
      zone: instance.zone,
      model: instance.model ?? "",
      state,
      reason,
      booted_at: readyAt,
      ready_at: readyAt,
      heartbeat_at: now,
      rebalance_at: null,
      idle_since: state === "idle" ? new Date(idleSinceMs).toISOString() : null,
      slots: 4,
      items_running: 0,
      failure: null,
      messages_received: made === 0 ? 0 : 1,
      items_finished: 0,
      audio_seconds_made: made,
      audio_seconds_per_second: made === 0 ? null : audioSecondsPerSecond,
      guessed_audio_seconds_per_second: null,
      gpu_seconds_by_batch: {},
      idle_seconds: 0,
      interrupted_seconds: 0,
    };
    return store.put(fleetKeys.worker(instance.instanceId), JSON.stringify(record));
  };
  while (!neverBoots && simulation.exists(instance.instanceId)) {
    if (random.next() < simulation.odds().error / 10) return;
    const drain = await readDrain(store, instance.instanceId);
    if (drain !== null) {
      await beat("leaving", drain.reason);
      fleet.shutDown(instance.instanceId);
      return;
    }
    const done = simulation.takeWork((audioSecondsPerSecond * heartbeatMs) / 1000);
    made += done;
    if (done > 0) idleSinceMs = clock.nowMs();
    if (done === 0 && clock.nowMs() - idleSinceMs >= idleExitMs) {
      await beat("leaving", "idle");
      fleet.shutDown(instance.instanceId);
      return;
    }
    await beat(done > 0 ? "busy" : "idle", null);
    await clock.sleep(heartbeatMs);
  }
}
