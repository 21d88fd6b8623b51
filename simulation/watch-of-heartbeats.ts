/** Whether machines are judged by what they do: who works is not ended for its silence, and who is silent is ended. */
import type { StageConfig } from "../shared/config.ts";
import { reaperMarksSchema } from "../shared/contract/fleet-records.ts";
import type { InstanceId } from "../shared/contract/ids.ts";
import { fleetKeys } from "../shared/contract/keys.ts";
import type { MemoryFleet } from "../shared/memory/memory-fleet.ts";
import type { Clock, ObjectStore } from "../shared/ports.ts";
import { readRecord } from "../shared/records/records.ts";
import type { MachineHost } from "./machine-host.ts";

/** The reaper decides on what it saw up to so long ago: a tick lives a minute, and looks twice. */
const decidedMs = 3 * 60_000;
/** The reaper looks once a minute, and twice before it ends a machine; a tick may be lost. */
const reaperMs = 6 * 60_000;

interface Beats {
  /** Since when no two of them have been further apart than a heartbeat's deadline. */
  sinceMs: number;
  lastMs: number;
}

export class WatchOfHeartbeats {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #violated: (invariant: string) => void;
  readonly #beats = new Map<string, Beats>();

  constructor(clock: Clock, settings: StageConfig, violated: (invariant: string) => void) {
    this.#clock = clock;
    this.#deadlineMs = settings.worker.heartbeat_deadline_seconds * 1000;
    this.#violated = violated;
  }

  /** The store has taken a heartbeat. */
  heard(key: string): void {
    const nowMs = this.#clock.nowMs();
    const beats = this.#beats.get(key);
    if (beats === undefined || nowMs - beats.lastMs > this.#deadlineMs)
      this.#beats.set(key, { sinceMs: nowMs, lastMs: nowMs });
    else beats.lastMs = nowMs;
  }

  watchEnds(fleet: MemoryFleet, store: ObjectStore): void {
    fleet.watch((event) => {
      if (event.kind === "terminating") void this.#checkEnd(event.instanceId, store);
    });
  }

  async #checkEnd(instanceId: InstanceId, store: ObjectStore): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const beats = this.#beats.get(fleetKeys.worker(instanceId));
    const marks = (await readRecord(store, fleetKeys.reaperMarks, reaperMarksSchema))?.value.marks;
    if (beats === undefined || marks?.[instanceId]?.reason !== "no_heartbeat") return;
    const hasBeaten = nowMs - beats.lastMs <= this.#deadlineMs && nowMs - beats.sinceMs > decidedMs;
    if (hasBeaten)
      this.#violated(`${instanceId} was ended for its silence, and has given a heartbeat all along`);
  }

  /** @param graceMs EC2 or the store could not be asked for so long */
  checkSilence(host: MachineHost, graceMs: number): void {
    const nowMs = this.#clock.nowMs();
    for (const { instance, endedMs } of host.records) {
      const lastMs = this.#beats.get(fleetKeys.worker(instance.instanceId))?.lastMs ?? nowMs;
      const lateMs = nowMs - lastMs - this.#deadlineMs;
      if (endedMs === null && lateMs > reaperMs + graceMs)
        this.#violated(
          `${instance.instanceId} has been silent for ${Math.round((nowMs - lastMs) / 1000)} s and lives`,
        );
    }
  }
}
